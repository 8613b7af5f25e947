// The table of checkers, and the judgement of one task: Evidence -> TaskReport. Pure throughout.
//
// One checker per file, named after what it checks; checkers.cpp lists them. Points and statuses are given
// here and nowhere else.
#pragma once

#include <harness/model/evidence.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <harness/model/verdict.hpp>
#include <string_view>
#include <vector>

namespace memgrade::judge {

[[nodiscard]] const std::vector<Checker>& checkers();
[[nodiscard]] const Checker* find_checker(std::string_view name);

// Judges collected evidence. A task with `unobserved` becomes infra_error, a manual one pending.
[[nodiscard]] TaskReport judge_task(const Lab& lab, const Task& task, const Evidence& evidence);
// The report of a task that was not collected because a task it needs did not pass.
[[nodiscard]] TaskReport skipped_task(const Task& task, const std::string& needed_title);

}  // namespace memgrade::judge
