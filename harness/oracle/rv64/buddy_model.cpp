#include <fmt/format.h>

#include <bit>
#include <harness/oracle/rv64/buddy_model.hpp>
#include <numeric>

namespace memgrade::oracle {
namespace {

std::string pages_text(std::uint64_t pages) {
  return fmt::format("{} page{}", pages, pages == 1 ? "" : "s");
}

// "3 of 1, 1 of 8": blocks by pages.
std::string blocks_text(const std::array<std::uint64_t, block_orders>& blocks) {
  std::string text;
  for (std::size_t order = 0; order < block_orders; ++order)
    if (blocks[order] > 0)
      text += fmt::format("{}{} of {}", text.empty() ? "" : ", ", blocks[order], 1U << order);
  return text.empty() ? "none" : text;
}

std::uint64_t pages_in(const std::array<std::uint64_t, block_orders>& blocks) {
  std::uint64_t pages = 0;
  for (std::size_t order = 0; order < block_orders; ++order) pages += blocks[order] << order;
  return pages;
}

}  // namespace

void BuddyModel::step(std::size_t index, const KernelOp& op, const Seen& seen) {
  if (memory_.lost()) return;
  switch (op.call) {
    case Call::alloc_pages:
      return allocated(index, op.a, seen);
    case Call::alloc_page:
      return allocated(index, 1, seen);
    case Call::free:
    case Call::free_at:
    case Call::free_raw:
      return freed(index, op, seen);
    case Call::verify:
      return verified(index, seen);
    case Call::census:
      return counted_free(index, seen);
    default:
      return;
  }
}

void BuddyModel::add(Violation violation) {
  if (bad_free_) {
    violation.sentence = fmt::format("After the free of call {}, which should have changed nothing: {}",
                                     bad_free_->op + 1, violation.sentence);
    violation.rule = bad_free_->rule;
  }
  violations_.add(std::move(violation));
}

void BuddyModel::allocated(std::size_t index, std::uint64_t wanted, const Seen& seen) {
  const std::uint64_t pa = seen.value;
  const auto call = static_cast<unsigned>(wanted);
  if (wanted == 0 || wanted > memory_.pages()) {
    if (pa == 0) return;
    add({"buddy.impossible-size", index,
         fmt::format("alloc_pages({}) gave something: there is no such block.", call), "0",
         fmt::format("{:#x}", pa)});
    // Its free, later on, is no mistake of ours.
    if (memory_.inside(pa, page_bytes_rv64) && memory_.overlapping(pa, page_bytes_rv64) == nullptr)
      memory_.add({pa, page_bytes_rv64, index, false});
    return;
  }
  const std::uint64_t run = std::bit_ceil(wanted), bytes = run * page_bytes_rv64;
  if (pa == 0) return refused(index, wanted, run);
  if (!memory_.inside(pa, bytes)) {
    add({"buddy.inside", index,
         fmt::format("alloc_pages({}) gave {}, which do not lie in the memory that it manages.", call,
                     pages_text(run)),
         fmt::format("{:#x} … {:#x}", memory_.start(),
                     memory_.start() + (memory_.pages() - run) * page_bytes_rv64),
         fmt::format("{:#x}", pa)});
    memory_.lose();
    return;
  }
  if ((pa - memory_.start()) % bytes != 0) {
    add({"buddy.alignment", index,
         fmt::format("alloc_pages({}) stands for a block of {}, which must begin at a multiple of {}.", call,
                     pages_text(run), pages_text(run)),
         fmt::format("a multiple of {:#x} after {:#x}", bytes, memory_.start()),
         fmt::format("{:#x} (page {})", pa, memory_.page_of(pa)), memory_.picture(pa)});
    complete_ = false;  // crooked blocks: which ones should be free is anybody's guess
  }
  if (const Live* other = memory_.overlapping(pa, bytes)) {
    add({"buddy.overlap", index,
         fmt::format("alloc_pages({}) gave {} of which some are given out already, to call {}.", call,
                     pages_text(run), other->op + 1),
         "pages that are free", fmt::format("{:#x}, in use since call {}", pa, other->op + 1),
         memory_.picture(pa)});
    memory_.lose();
  } else if (seen.nonzero && seen.nonzero->count > 0) {
    add({"buddy.zeroed", index, fmt::format("alloc_pages({}) gave pages that are not all zero.", call),
         fmt::format("{} bytes of 0", bytes),
         fmt::format("{} words are not 0, the first in page {} of the block, at byte {}", seen.nonzero->count,
                     seen.nonzero->first / page_bytes_rv64, seen.nonzero->first % page_bytes_rv64)});
  }
  memory_.add({pa, bytes, index, false});
}

void BuddyModel::refused(std::size_t index, std::uint64_t wanted, std::uint64_t run) {
  if (!complete_ || !memory_.has_free_run(run)) return;
  const bool unused = memory_.has_free_run(run, true);
  const std::string missing = kmalloc_ ? "kmalloc.leak" : unused ? "buddy.refused" : "buddy.coalesce";
  add({missing, index,
       fmt::format("alloc_pages({}) gave 0, though {} at a multiple of {} are free{}.", wanted,
                   pages_text(run), run,
                   unused ? "" : "; they were freed in parts, so the parts must be joined"),
       fmt::format("a block of {}", pages_text(run)), "0", memory_.picture(0)});
}

std::string BuddyModel::bad_free_rule(std::uint64_t address) const {
  if (!memory_.inside(address, 1)) return "buddy.free-outside";
  if ((address - memory_.start()) % page_bytes_rv64 != 0) return "buddy.free-misaligned";
  if (memory_.overlapping(address, 1) != nullptr) return "buddy.free-inside";
  return once_live_.contains(address) ? "buddy.double-free" : "buddy.free-unallocated";
}

void BuddyModel::freed(std::size_t index, const KernelOp& op, const Seen& seen) {
  if (op.call == Call::free && seen.value == op.a) return;  // the result was 0: nothing was called
  const Live* live = memory_.at(seen.value);
  if (live == nullptr) {
    bad_free_ = BadFree{index, bad_free_rule(seen.value)};
    return;
  }
  verified(index, seen);
  once_live_[live->address] = live->bytes;
  memory_.remove(seen.value);
}

void BuddyModel::verified(std::size_t index, const Seen& seen) {
  const Live* live = memory_.at(seen.value);
  if (live == nullptr || live->object || !seen.damaged || seen.damaged->count == 0) return;
  add({"buddy.damaged", index,
       fmt::format("The block that call {} got has changed, though nobody but its owner may write to it.",
                   live->op + 1),
       "the bytes that were written there",
       fmt::format("{} bytes are others, the first at {:#x}", seen.damaged->count,
                   live->address + seen.damaged->first),
       memory_.picture(live->address)});
}

void BuddyModel::counted_free(std::size_t index, const Seen& seen) {
  if (!complete_ || seen.list.size() != block_orders) return;
  std::array<std::uint64_t, block_orders> observed{};
  std::copy(seen.list.begin(), seen.list.end(), observed.begin());
  const auto expected = memory_.joined_blocks();
  const std::uint64_t have = pages_in(observed), want = memory_.free_pages();
  // A slub cache may keep pages back while it has objects.
  const std::uint64_t kept = kmalloc_ && !memory_.empty() ? 2 * 9 : 0;
  if (observed == expected || (kept > 0 && have <= want && have + kept >= want)) {
    bad_free_.reset();
    return;
  }
  const std::string rule = have > want   ? "buddy.overlap"
                           : kmalloc_    ? "kmalloc.leak"
                           : have < want ? "buddy.leak"
                                         : "buddy.coalesce";
  const std::string what =
      have > want   ? fmt::format("{} can be had, though only {} are free.", pages_text(have), want)
      : have < want ? fmt::format("only {} can be had, though {} are free.", pages_text(have), want)
                    : std::string("the free pages do not form the blocks that joined buddies would.");
  add({rule, index, fmt::format("When all free blocks are taken, {}", what), blocks_text(expected),
       blocks_text(observed), memory_.picture(0)});
}

std::string BuddyModel::rule_of_death(const KernelOp& op, const Seen& seen) const {
  const bool frees = op.call == Call::free || op.call == Call::free_at || op.call == Call::free_raw;
  if (frees && memory_.at(seen.value) == nullptr) return bad_free_rule(seen.value);
  if (op.call == Call::alloc_pages && (op.a == 0 || op.a > memory_.pages())) return "buddy.impossible-size";
  return bad_free_ ? bad_free_->rule : "";
}

}  // namespace memgrade::oracle
