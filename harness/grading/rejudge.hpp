// The parts of judging anew that `rejudge`, `mark` and `checkoff` share. Whoever writes holds the run's lock.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/manual_grades.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/model/lab.hpp>
#include <vector>

namespace memgrade::grading {

// The report of a run's stored evidence by these labs, with these marks. Writes nothing.
[[nodiscard]] Result<Graded> judge_anew(const std::filesystem::path& run, const RunRecordFile& record,
                                        const std::vector<Lab>& labs, const GivenGrades& given);

// Writes the reports of `graded.directory` anew; what could not be made joins its warnings.
[[nodiscard]] Status renew_reports(Graded& graded, const std::filesystem::path& root);

}  // namespace memgrade::grading
