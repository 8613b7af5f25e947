// Judges alloc_pages and free_pages by what is free, given the student's own choices so far: which block is
// given out is the student's affair, whether it may be given out is not.
//
//   a block of 2^k pages can be had  <=>  2^k pages at a multiple of 2^k are all free
//
// which holds for an allocator that joins free buddies, whichever block it splits. With `complete` nobody but
// the sequence takes pages, and the model knows when a block must be had; without, others (page tables,
// tasks) have pages that it does not see, and it judges only what is given out.
#pragma once

#include <harness/oracle/rv64/driver_trace.hpp>
#include <harness/oracle/rv64/live_memory.hpp>
#include <harness/oracle/rv64/violations.hpp>
#include <optional>

namespace memgrade::oracle {

class BuddyModel {
 public:
  BuddyModel(LiveMemory& memory, bool complete, Violations& violations)
      : memory_(memory), complete_(complete), violations_(violations) {}

  // alloc_page(s), the three ways of free_pages, verify of a block, census. Others are passed over.
  void step(std::size_t index, const KernelOp& op, const Seen& seen);
  // kmalloc was called: pages that are missing may be its.
  void note_kmalloc() { kmalloc_ = true; }
  // The rule that a death in this operation breaks; "" when no rule of its own.
  [[nodiscard]] std::string rule_of_death(const KernelOp& op, const Seen& seen) const;

 private:
  void allocated(std::size_t index, std::uint64_t wanted, const Seen& seen);
  void not_zeroed(std::size_t index, std::uint64_t wanted, const Wrong& nonzero);
  void refused(std::size_t index, std::uint64_t wanted, std::uint64_t run);
  void freed(std::size_t index, const KernelOp& op, const Seen& seen);
  void verified(std::size_t index, const Seen& seen);
  void counted_free(std::size_t index, const Seen& seen);
  [[nodiscard]] std::string bad_free_rule(std::uint64_t address) const;

  LiveMemory& memory_;
  bool complete_;
  Violations& violations_;
  bool kmalloc_ = false, ever_freed_ = false;
  std::optional<std::array<std::uint64_t, block_orders>> at_start_;  // of a census before anything was freed
  std::map<std::uint64_t, std::uint64_t>
      once_live_;  // address -> bytes of the block that was freed there last
};

}  // namespace memgrade::oracle
