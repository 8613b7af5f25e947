// Cross-checks of `checkoff.questions` in lab.yaml: what a rule needs, which tasks and checks it names, and
// what its question may have put in.
#pragma once

#include <harness/casefile/validate.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::casefile {

// The titles of a task's checks; none when something was found in the task.
struct TitledTask {
  std::string name;
  std::optional<std::vector<std::string>> checks;
};

void check_question_rules(Checked& lab, const std::vector<TitledTask>& tasks);

}  // namespace memgrade::casefile
