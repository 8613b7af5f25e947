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

// Of 0 pages, and of so many that rounding up overflows, the handout says nothing.
std::string impossible_size_rule(std::uint64_t wanted) {
  constexpr std::uint64_t last_power_of_two = 1U << 31;
  return wanted == 0                  ? "buddy.zero-pages"
         : wanted > last_power_of_two ? "buddy.huge-size"
                                      : "buddy.impossible-size";
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

void BuddyModel::allocated(std::size_t index, std::uint64_t wanted, const Seen& seen) {
  const std::uint64_t pa = seen.value;
  const auto call = static_cast<unsigned>(wanted);
  if (wanted == 0 || wanted > memory_.pages()) {
    if (pa == 0) return;
    violations_.add({impossible_size_rule(wanted), index,
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
    violations_.add({"buddy.inside", index,
                     fmt::format("alloc_pages({}) gave {}, which do not lie in the memory that it manages.",
                                 call, pages_text(run)),
                     fmt::format("{:#x} … {:#x}", memory_.start(),
                                 memory_.start() + (memory_.pages() - run) * page_bytes_rv64),
                     fmt::format("{:#x}", pa)});
    memory_.lose();
    return;
  }
  if ((pa - memory_.start()) % bytes != 0) {
    violations_.add(
        {"buddy.alignment", index,
         fmt::format("alloc_pages({}) stands for a block of {}, which must begin at a multiple of {}.", call,
                     pages_text(run), pages_text(run)),
         fmt::format("a multiple of {:#x} after {:#x}", bytes, memory_.start()),
         fmt::format("{:#x} (page {})", pa, memory_.page_of(pa)), memory_.picture(pa)});
    complete_ = false;  // misaligned blocks: which ones should be free is anybody's guess
  }
  if (const Live* other = memory_.overlapping(pa, bytes)) {
    violations_.add({"buddy.overlap", index,
                     fmt::format("alloc_pages({}) gave {} of which some are given out already, to call {}.",
                                 call, pages_text(run), other->op + 1),
                     "pages that are free", fmt::format("{:#x}, in use since call {}", pa, other->op + 1),
                     memory_.picture(pa)});
    memory_.lose();
  } else if (seen.nonzero && seen.nonzero->count > 0) {
    not_zeroed(index, wanted, *seen.nonzero);
  }
  memory_.add({pa, bytes, index, false});
}

// The handout promises the pages that were asked for; those that rounding up adds are a matter of their own.
void BuddyModel::not_zeroed(std::size_t index, std::uint64_t wanted, const Wrong& nonzero) {
  const bool asked_for = nonzero.first < wanted * page_bytes_rv64;
  violations_.add(
      {asked_for ? "buddy.zeroed" : "buddy.zeroed-rest", index,
       asked_for ? fmt::format("alloc_pages({}) gave pages that are not all zero.", wanted)
                 : fmt::format("alloc_pages({}) cleared the pages that were asked for, not the whole block.",
                               wanted),
       fmt::format("{} bytes of 0", (asked_for ? wanted : std::bit_ceil(wanted)) * page_bytes_rv64),
       fmt::format("{} words are not 0, the first in page {} of the block, at byte {}", nonzero.count,
                   nonzero.first / page_bytes_rv64, nonzero.first % page_bytes_rv64)});
}

// While blocks are in use nobody can tell whether a free block is missing because of how blocks were placed
// or because of how others were joined; when none is, only joining is left.
void BuddyModel::refused(std::size_t index, std::uint64_t wanted, std::uint64_t run) {
  if (!complete_ || !memory_.has_free_run(run)) return;
  const std::string missing = memory_.quiet() && ever_freed_ ? "buddy.coalesce" : "buddy.refused";
  violations_.add({kmalloc_ ? "kmalloc.leak" : missing, index,
                   fmt::format("alloc_pages({}) gave 0, though {} at a multiple of {} are free.", wanted,
                               pages_text(run), run),
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
  if (live == nullptr) return;  // what a bad free changes: see bad_frees.hpp
  verified(index, seen);
  ever_freed_ = true;
  once_live_[live->address] = live->bytes;
  memory_.remove(seen.value);
}

void BuddyModel::verified(std::size_t index, const Seen& seen) {
  const Live* live = memory_.at(seen.value);
  if (live == nullptr || live->object || !seen.damaged || seen.damaged->count == 0) return;
  violations_.add(
      {"buddy.damaged", index,
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
  // What could be had before anything was freed: less than is free is a matter of placement then, and what
  // is missing later in the same way is no second mistake.
  const bool at_start = memory_.quiet() && !ever_freed_ && !at_start_;
  if (at_start) at_start_ = observed;
  if (observed == expected || (memory_.quiet() && !at_start && observed == at_start_)) return;
  if (kept > 0 && have <= want && have + kept >= want) return;
  const std::string rule = have > want                                      ? "buddy.overlap"
                           : kmalloc_                                       ? "kmalloc.leak"
                           : at_start || (!memory_.quiet() && !ever_freed_) ? "buddy.refused"
                           : have < want                                    ? "buddy.leak"
                                                                            : "buddy.coalesce";
  const std::string what =
      have > want   ? fmt::format("{} can be had, though only {} are free.", pages_text(have), want)
      : have < want ? fmt::format("only {} can be had, though {} are free.", pages_text(have), want)
                    : std::string("the free pages do not form the blocks that joined buddies would.");
  violations_.add({rule, index, fmt::format("When all free blocks are taken, {}", what),
                   blocks_text(expected), blocks_text(observed), memory_.picture(0)});
}

std::string BuddyModel::rule_of_death(const KernelOp& op, const Seen& seen) const {
  const bool frees = op.call == Call::free || op.call == Call::free_at || op.call == Call::free_raw;
  if (frees && memory_.at(seen.value) == nullptr) return bad_free_rule(seen.value);
  if (op.call == Call::alloc_pages && (op.a == 0 || op.a > memory_.pages()))
    return impossible_size_rule(op.a);
  return "";
}

}  // namespace memgrade::oracle
