// The parts of judging anew that `rejudge`, `mark` and `checkoff` share.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/manual_grades.hpp>
#include <harness/grading/publish.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/model/lab.hpp>
#include <vector>

namespace memgrade::grading {

// A finished run, which nobody else changes or replaces as long as this is there.
struct OpenRun {
  RunLock lock;
  RunRecordFile record;
  GradeHistory grades;
  std::vector<Lab> labs;  // of today's case files
};
[[nodiscard]] Result<OpenRun> open_run(const std::filesystem::path& run, const std::filesystem::path& root);

// The report of a run's stored evidence by these labs, with these marks. Writes nothing.
[[nodiscard]] Result<Graded> judge_anew(const std::filesystem::path& run, const RunRecordFile& record,
                                        const std::vector<Lab>& labs, const GivenGrades& given);

// Writes the reports of `graded.directory` anew; what could not be made joins its warnings.
[[nodiscard]] Status renew_reports(Graded& graded, const std::filesystem::path& root);

}  // namespace memgrade::grading
