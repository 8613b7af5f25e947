#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <harness/oracle/rv64/slab_model.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t smallest_object_bytes = 8;

std::uint64_t cache_bytes(std::size_t cache) {
  return smallest_object_bytes << cache;
}

bool small(std::uint64_t bytes) {
  return bytes <= largest_object_bytes;
}

std::uint64_t wanted_bytes(const KernelOp& op) {
  return op.call == Call::cache_alloc ? cache_bytes(static_cast<std::size_t>(op.a)) : op.a;
}

bool allocates(const KernelOp& op) {
  return op.call == Call::kmalloc || op.call == Call::cache_alloc;
}

bool frees(const KernelOp& op) {
  return op.call == Call::kfree || op.call == Call::kfree_raw || op.call == Call::cache_free;
}

std::string call_text(const KernelOp& op) {
  return op.call == Call::kmalloc
             ? fmt::format("kmalloc({})", op.a)
             : fmt::format("kmem_cache_alloc of the cache of {} bytes", wanted_bytes(op));
}

std::string owner_text(const std::string& owner) {
  if (owner == "b") return "whole pages (PAGE_BUDDY)";
  if (owner.size() == 2 && owner[0] == 's' && owner[1] >= '0' && owner[1] <= '8')
    return fmt::format("the cache of {} bytes", cache_bytes(static_cast<std::size_t>(owner[1] - '0')));
  return owner.starts_with('s') ? "no cache that there is" : "a page without PAGE_SLUB or PAGE_BUDDY";
}

}  // namespace

std::size_t object_cache(std::uint64_t bytes) {
  return static_cast<std::size_t>(
      std::countr_zero(std::bit_ceil(std::max(bytes, smallest_object_bytes)) / smallest_object_bytes));
}

void SlabModel::step(std::size_t index, const KernelOp& op, const Seen& seen) {
  if (memory_.lost()) return;
  if (allocates(op)) return allocated(index, op, seen);
  if (frees(op)) return freed(index, op, seen);
  if (op.call == Call::verify) return verified(index, seen);
}

void SlabModel::allocated(std::size_t index, const KernelOp& op, const Seen& seen) {
  const std::uint64_t bytes = wanted_bytes(op), all = memory_.pages() * page_bytes_rv64;
  if (bytes == 0 || bytes > all) {
    if (seen.value != 0)
      violations_.add({bytes == 0 ? "kmalloc.null" : "kmalloc.too-large", index,
                       fmt::format("{} gave something.", call_text(op)), "NULL",
                       fmt::format("{:#x}", seen.value)});
    return;
  }
  if (seen.value == 0) return refused(index, bytes);
  if (!memory_.inside(seen.value, bytes)) {
    violations_.add(
        {"kmalloc.inside", index,
         fmt::format("{} gave what does not lie in the memory of the buddy system.", call_text(op)),
         fmt::format("{:#x} … {:#x}", memory_.start(), memory_.start() + all),
         fmt::format("{:#x}", seen.value)});
    memory_.lose();
    return;
  }
  placed(index, bytes, seen);
  const std::string owner = small(bytes) ? fmt::format("s{}", object_cache(bytes)) : "b";
  if (!seen.owner.empty() && seen.owner != owner)
    violations_.add({"kmalloc.cache", index,
                     fmt::format("{} was served from the wrong place.", call_text(op)), owner_text(owner),
                     owner_text(seen.owner)});
  memory_.add({seen.value, bytes, index, true});
}

void SlabModel::placed(std::size_t index, std::uint64_t bytes, const Seen& seen) {
  const std::uint64_t unit = small(bytes) ? cache_bytes(object_cache(bytes)) : page_bytes_rv64;
  if (seen.value % unit != 0)
    violations_.add({"kmalloc.alignment", index,
                     fmt::format("An object of {} bytes must be aligned to {} bytes.", bytes, unit),
                     fmt::format("a multiple of {}", unit), fmt::format("{:#x}", seen.value)});
  // Large requests own their pages wholly.
  const std::uint64_t taken =
      small(bytes) ? bytes : (bytes + page_bytes_rv64 - 1) / page_bytes_rv64 * page_bytes_rv64;
  if (const Live* other = memory_.overlapping(seen.value, taken)) {
    violations_.add(
        {"kmalloc.overlap", index,
         fmt::format("kmalloc gave {} bytes of which some belong to call {} still.", bytes, other->op + 1),
         "bytes that are free",
         fmt::format("{:#x}, while {:#x} … {:#x} are in use", seen.value, other->address,
                     other->address + other->bytes),
         memory_.picture(seen.value)});
    memory_.lose();
  }
}

void SlabModel::refused(std::size_t index, std::uint64_t bytes) {
  const std::uint64_t pages = small(bytes) ? 1 : std::bit_ceil((bytes - 1) / page_bytes_rv64 + 1);
  if (complete_ && memory_.has_free_run(pages))
    violations_.add({"kmalloc.refused", index,
                     fmt::format("{} bytes were asked for, and NULL came, though {} page{} are free.", bytes,
                                 pages, pages == 1 ? "" : "s"),
                     "an object", "NULL", memory_.picture(0)});
}

void SlabModel::freed(std::size_t index, const KernelOp& op, const Seen& seen) {
  if (seen.value == 0 || (op.ref >= 0 && seen.value == op.a)) return;
  const Live* live = memory_.at(seen.value);
  if (live == nullptr || !live->object) return;  // what a bad free changes: see bad_frees.hpp
  verified(index, seen);
  memory_.remove(seen.value);
}

void SlabModel::verified(std::size_t index, const Seen& seen) {
  const Live* live = memory_.at(seen.value);
  if (live == nullptr || !live->object || !seen.damaged || seen.damaged->count == 0) return;
  violations_.add(
      {"kmalloc.damaged", index,
       fmt::format(
           "The object of {} bytes that call {} got has changed, though nobody but its owner may write "
           "to it.",
           live->bytes, live->op + 1),
       "the bytes that were written there",
       fmt::format("{} bytes are others, the first at {:#x}", seen.damaged->count,
                   live->address + seen.damaged->first)});
}

std::string SlabModel::rule_of_death(const KernelOp& op, const Seen& seen) const {
  if (op.call == Call::kfree_raw && op.a == 0) return "kmalloc.free-null";
  if (frees(op) && memory_.at(seen.value) == nullptr) return "kmalloc.bad-free";
  if (allocates(op) && wanted_bytes(op) == 0) return "kmalloc.null";
  if (allocates(op) && wanted_bytes(op) > memory_.pages() * page_bytes_rv64) return "kmalloc.too-large";
  return "";
}

}  // namespace memgrade::oracle
