// Finds out how a submission's programs want to be called, and which of them answers which setting.
//
// Each program is asked by one call after another (candidates.hpp) on short traces of the probe, until one
// answers every setting rightly or the bounds of the case are met. A call is judged by agreement: of equal
// ones, the one that reaches the program (its answers differ with the settings) is taken. Then each setting
// goes to the program that answers it best. A program whose answers do not change with a value, and whose
// code does not read it, offers only the settings whose answer it gives.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/program/call.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/collect/program/run.hpp>
#include <harness/collect/program/settings.hpp>
#include <harness/model/submission.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

struct FoundInvocation {
  std::optional<Invocation> invocation;  // nothing when no call gave an answer
  std::string text;                      // for a person: how each setting is called
  std::vector<std::string> tried;        // a line for each call that gave nothing, when none was found
  std::vector<std::string> notes;        // which program answers what, what is not offered and why
  std::vector<std::string> account;      // a line for each call that was tried, with its result
  std::vector<std::string> reading;      // a line for each column: where in the output it was found
  int right = 0, most_right = 0;         // facts of the probe, over the settings
  std::size_t probes = 0;
};

[[nodiscard]] Result<FoundInvocation> find_invocation(const Lab& lab, const ProgramSettings& settings,
                                                      const Context& context, const Built& built,
                                                      const DataSets& data, const Instructions& told);

}  // namespace memgrade::collect
