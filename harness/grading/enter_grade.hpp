// What staff do with a finished run: enter the marks that people give.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/manual_grades.hpp>
#include <optional>
#include <string>

namespace memgrade::grading {

struct GradeRequest {
  std::string task;    // "lab/task", or the name of a task that one lab of the run has
  std::string points;  // as typed; kTakenBack takes the mark back
  std::string by;
  bool late = false;
  std::string note;      // for staff alone
  std::string feedback;  // for the student
};
inline constexpr std::string_view kTakenBack = "pending";

struct Marked {
  Graded graded;
  std::string lab, task;
  std::optional<GradeEntry> before;  // the mark that counted until now
  std::optional<GradeEntry> now;     // none: taken back
};

// Checks the request against the case files, adds it to RUN/marks.json and renews the run's reports. Errors
// of kind usage: no such task, not one that a person marks, points that are none, nobody's name.
[[nodiscard]] Result<Marked> enter_grade(const std::filesystem::path& run, const std::filesystem::path& root,
                                         const GradeRequest& request);

}  // namespace memgrade::grading
