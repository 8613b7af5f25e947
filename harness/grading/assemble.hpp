// From judged tasks to the record of a run. Shared by grading and judging anew, so that both write the same
// bytes.
#pragma once

#include <harness/grading/manual_grades.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <map>
#include <string>

namespace memgrade::grading {

// Everything but the labs.
[[nodiscard]] Report empty_report(const RunRecordFile& record);

// Adds a lab: its tasks in the lab's order, and their points. `reports` holds every task of `lab`. A task
// that is for a person to mark, because the case or its judgement says so, gets the points that stand in
// `given`.
void add_lab(Report& report, const Lab& lab, const PlannedLab& plan,
             std::map<std::string, TaskReport> reports, const GivenGrades& given);

}  // namespace memgrade::grading
