// Judges kmalloc, kfree and the caches' own functions: where objects lie, that they keep what is written into
// them, and that freed ones come back. Size classes are 8, 16, 32 … 2048 bytes; a larger request takes whole
// pages, of which the buddy system gives a power of two.
#pragma once

#include <harness/oracle/rv64/driver_trace.hpp>
#include <harness/oracle/rv64/live_memory.hpp>
#include <harness/oracle/rv64/violations.hpp>
#include <optional>

namespace memgrade::oracle {

inline constexpr std::uint64_t largest_object_bytes = 2048;
// The cache that serves `bytes`, 1 … 2048: 0 for 8 bytes, 8 for 2048.
[[nodiscard]] std::size_t object_cache(std::uint64_t bytes);

class SlabModel {
 public:
  SlabModel(LiveMemory& memory, bool complete, Violations& violations)
      : memory_(memory), complete_(complete), violations_(violations) {}

  // kmalloc, kfree, kmem_cache_alloc and _free, verify of an object, census. Others are passed over.
  void step(std::size_t index, const KernelOp& op, const Seen& seen);
  // The rule that a death in this operation breaks; "" when no rule of its own.
  [[nodiscard]] std::string rule_of_death(const KernelOp& op, const Seen& seen) const;

 private:
  void allocated(std::size_t index, const KernelOp& op, const Seen& seen);
  void refused(std::size_t index, std::uint64_t bytes);
  void placed(std::size_t index, std::uint64_t bytes, const Seen& seen);
  void freed(std::size_t index, const KernelOp& op, const Seen& seen);
  void verified(std::size_t index, const Seen& seen);

  LiveMemory& memory_;
  bool complete_;
  Violations& violations_;
};

}  // namespace memgrade::oracle
