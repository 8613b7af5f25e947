// Makers of call sequences, one for each question that the lab asks. Seeded: the same calls on every machine.
//
// A family asks about its own rules alone, so that one mistake does not hide another: bad frees and refusals,
// for example, stand in families of their own. Sequences do not know the results; a free of a block that was
// refused is no call (riscv-kernel/driver/ops.h). Words are stored so that what a fetch finds is no
// instruction.
#pragma once

#include <harness/oracle/rv64/driver_ops.hpp>
#include <span>

namespace memgrade::oracle {

struct SequenceFamily {
  std::string_view name;  // "buddy-random"
  std::string_view doc;   // one line
  std::size_t steps;      // what a case gets when it says nothing; what a step is, is the family's affair
  CallSequence (*make)(std::uint64_t seed, std::size_t steps);
};
[[nodiscard]] std::span<const SequenceFamily> sequence_families();
[[nodiscard]] const SequenceFamily* find_sequence_family(std::string_view name);

// The sequence with a page taken before it that is never freed, for allocators that cannot be asked to free
// their first page. Operations are numbered one higher.
[[nodiscard]] CallSequence keeping_the_first_page(const CallSequence& sequence);

// The families by what they ask about; the table above lists them all.
CallSequence buddy_random(std::uint64_t seed, std::size_t steps);
CallSequence buddy_fill(std::uint64_t seed, std::size_t steps);
CallSequence buddy_rounds(std::uint64_t seed, std::size_t steps);
CallSequence buddy_placement(std::uint64_t seed, std::size_t steps);
CallSequence buddy_zero_pages(std::uint64_t seed, std::size_t steps);
CallSequence buddy_huge_size(std::uint64_t seed, std::size_t steps);
CallSequence buddy_sizes(std::uint64_t seed, std::size_t steps);
CallSequence buddy_double_free(std::uint64_t seed, std::size_t steps);
CallSequence buddy_free_inside(std::uint64_t seed, std::size_t steps);
CallSequence buddy_free_misaligned(std::uint64_t seed, std::size_t steps);
CallSequence buddy_free_foreign(std::uint64_t seed, std::size_t steps);
CallSequence kmalloc_random(std::uint64_t seed, std::size_t steps);
CallSequence kmalloc_rounds(std::uint64_t seed, std::size_t steps);
CallSequence kmalloc_sizes(std::uint64_t seed, std::size_t steps);
CallSequence kmalloc_null(std::uint64_t seed, std::size_t steps);
CallSequence kmalloc_too_large(std::uint64_t seed, std::size_t steps);
CallSequence kmalloc_bad_free(std::uint64_t seed, std::size_t steps);
CallSequence vma_permissions(std::uint64_t seed, std::size_t steps);
CallSequence vma_edges(std::uint64_t seed, std::size_t steps);
CallSequence vma_random(std::uint64_t seed, std::size_t steps);
CallSequence vma_munmap(std::uint64_t seed, std::size_t steps);
CallSequence vma_rounds(std::uint64_t seed, std::size_t steps);
CallSequence vma_no_memory(std::uint64_t seed, std::size_t steps);
CallSequence mmap_refusals(std::uint64_t seed, std::size_t steps);

}  // namespace memgrade::oracle
