// Which tasks of a lab are run, and in which order.
#pragma once

#include <harness/grading/find_submission.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::grading {

// The lab reduced to the tasks for submissions of this shape ("" where there is only one), and of these to
// the selected ones and, transitively, the tasks that they need. Tasks that are only needed are
// informational: they are shown and earn nothing. No selection of a task: all of them.
[[nodiscard]] Lab select_tasks(const Lab& lab, const std::vector<std::string>& selected,
                               const std::string& variant);
[[nodiscard]] std::vector<std::string> selected_tasks(const Lab& lab,
                                                      const std::vector<Selection>& selections);

// The first need that the reports so far do not meet, or null. A need that is not reported yet is not met.
[[nodiscard]] const Need* unmet_need(const Task& task, const std::map<std::string, TaskReport>& reports);
// All needs are reported.
[[nodiscard]] bool is_ready(const Task& task, const std::map<std::string, TaskReport>& reports);

}  // namespace memgrade::grading
