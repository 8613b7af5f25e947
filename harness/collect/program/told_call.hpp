// A call that somebody wrote down (--call, overrides.yaml, student.yaml): "./vm -n {frames} {backing_store}".
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/program/call.hpp>
#include <harness/collect/program/settings.hpp>
#include <harness/model/submission.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// The words of a command line; quotes as in a shell, and nothing else of one: no pipes, no redirections, no
// substitutions. An Error (usage) carries the place of the instruction.
[[nodiscard]] Result<std::vector<std::string>> told_words(const Instruction& instruction);

// The call, whose program must be one of those that were built.
[[nodiscard]] Result<Call> told_call(const Instruction& instruction, const ProgramSettings& settings,
                                     const std::vector<std::string>& programs);

}  // namespace memgrade::collect
