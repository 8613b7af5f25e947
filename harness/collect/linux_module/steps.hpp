// The steps of a guest job as case files write them, and as the agent takes them.
//
// In a case file a step is one line: a verb, a name for its records, and arguments, split at blanks; "…"
// holds blanks together. `{value}` stands for one of the lab's or the shape's values, `{pid:PROC}` is left to
// the agent, `use SCRIPT` for the steps of one of the lab's scripts. For the agent every word is
// percent-encoded (docs/guest.md has the verbs).
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <harness/model/schema.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::collect {

struct Step {
  std::vector<std::string> words;  // the verb first
  [[nodiscard]] const std::string& verb() const { return words.front(); }
  [[nodiscard]] std::string name() const { return words.size() > 1 ? words[1] : std::string(); }
};

// One line without values filled in; an error of kind case_file says what is wrong with it.
[[nodiscard]] Result<Step> parse_step(std::string_view line);

// All steps of `lines`, scripts put in and values filled in.
[[nodiscard]] Result<std::vector<Step>> expand_steps(const std::vector<std::string>& lines,
                                                     const Json& scripts, const Json& values);

// What the agent reads, one step a line.
[[nodiscard]] std::string encode_steps(const std::vector<Step>& steps);

// The facts that records of these steps make: "values.vma", "steps.load.errno", "memory.first.count" …
[[nodiscard]] std::vector<std::string> facts_of_steps(const std::vector<Step>& steps);

// The steps as a script for the guest's shell, for a person who repeats them by hand.
[[nodiscard]] std::string shell_script(const std::vector<Step>& steps);

}  // namespace memgrade::collect
