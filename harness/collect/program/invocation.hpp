// Finds out how a student's program wants to be called.
//
// Every form of the case is tried on a short trace with every setting of the case's `probe`. The form with
// the most right answers is taken; of equals the one that gave more answers, then the first. So a program
// that knows only "FIFO" in capitals is not graded by what it does with a word that it does not know.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/collect/program/run.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

struct FoundInvocation {
  std::optional<Invocation> invocation;  // nothing when no form gave an answer
  std::string text;                      // for a person: the program that was called first, and the arguments
  std::vector<std::string> tried;        // a line for each form that gave nothing, when none was found
};

[[nodiscard]] Result<FoundInvocation> find_invocation(const Lab& lab, const Runner& runner,
                                                      const DataSets& data);

}  // namespace memgrade::collect
