// Which tasks of a lab a run has.
#pragma once

#include <harness/grading/find_submission.hpp>
#include <harness/model/lab.hpp>
#include <string>
#include <vector>

namespace memgrade::grading {

// The lab reduced to the tasks for submissions of this variant ("" where there is only one), and of these to
// the selected ones and, transitively, the tasks that they need. Tasks that are only needed are
// informational: they are shown and earn nothing. No selection of a task: all of them.
[[nodiscard]] Lab select_tasks(const Lab& lab, const std::vector<std::string>& selected,
                               const std::string& variant);
[[nodiscard]] std::vector<std::string> selected_tasks(const Lab& lab,
                                                      const std::vector<Selection>& selections);

}  // namespace memgrade::grading
