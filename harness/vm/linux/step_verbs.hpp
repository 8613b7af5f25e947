// The steps that a guest's job may have (harness/guest/steps.def), as values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::vm {

struct StepArgument {
  std::string_view name;
  bool many = false, optional = false;
  std::vector<std::string> choices = {};  // of WHAT: the words that there are
};

struct StepVerb {
  enum class Kind { step, job_only, line } kind;
  std::string_view verb, arguments, does;
  std::string_view shell, facts;  // with {ARGUMENT}s; facts are separated by blanks
};

[[nodiscard]] std::span<const StepVerb> step_verbs();
// nullptr when there is none.
[[nodiscard]] const StepVerb* find_step_verb(std::string_view verb);

[[nodiscard]] std::vector<StepArgument> arguments_of(const StepVerb& verb);

// The table in docs/guest.md.
[[nodiscard]] std::string step_table();

}  // namespace memgrade::vm
