// Judges frees of what is no block by what they change: the same calls are made a second time without them,
// on a fresh kernel, and everything after each bad free must come out alike.
//
// So an allocator that loses pages in other ways loses them in both runs, and is not blamed here. What a bad
// free may print, or count, changes nothing.
#pragma once

#include <harness/oracle/rv64/driver_trace.hpp>
#include <harness/oracle/rv64/rules.hpp>
#include <optional>

namespace memgrade::oracle {

// The operations that are bad frees by themselves: of an address inside a block, of a block that was freed
// before, of what was never given out.
[[nodiscard]] std::vector<std::size_t> bad_frees_of(const CallSequence& sequence);
// The sequence with something harmless in their places, so that all others keep their numbers.
[[nodiscard]] CallSequence without_bad_frees(const CallSequence& sequence);

struct BadFreeJudgement {
  std::size_t made = 0;     // bad frees that were really done: a block that was refused cannot be freed
  bool frees_work = false;  // something that was freed rightly was given out again
  std::optional<Violation> violation;  // the first
};
// `with` and `without` are traces of the two sequences.
[[nodiscard]] BadFreeJudgement judge_bad_frees(const CallSequence& sequence, const PageTrace& with,
                                               const PageTrace& without);

}  // namespace memgrade::oracle
