// Marks that people give, kept apart from what is judged: RUN/marks.json.
//
//   {"schema": "memgrade/marks/v1",
//    "marks": [{"lab", "task", "points", "of", "by", "at", "late", "note", "feedback", "code"}, …]}
//
// The list only grows, the oldest first; the last entry of a task counts. An entry without points takes the
// task's mark back. `code` is the digest of the student's files (code.hpp) at that time, so that a mark can
// say that it is older than the code. A file that cannot be read is an error and is never written over.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::grading {

struct GradeEntry {
  std::string lab, task;
  std::optional<double> points;  // none: the mark is taken back
  double of = 0;                 // what the task was worth
  std::string by, at;            // at: UTC, "2026-01-02T03:04:05Z"
  bool late = false;
  std::string note;      // for staff alone
  std::string feedback;  // for the student
  std::string code;      // digest of what was marked; "" when it was not known
};
using GradeHistory = std::vector<GradeEntry>;

// No file: no marks.
[[nodiscard]] Result<GradeHistory> load_grades(const std::filesystem::path& run);
[[nodiscard]] Status store_grades(const std::filesystem::path& run, const GradeHistory& history);

// The entry that counts, or null: none was given, or the last one took it back.
[[nodiscard]] const GradeEntry* current_grade(const GradeHistory& history, std::string_view lab,
                                              std::string_view task);

// What assembling a report must know: the history, and by lab the digest of the code that was graded now.
struct GivenGrades {
  GradeHistory history;
  std::map<std::string, std::string> code;
};
// `evidence` is the directory of the run whose evidence the report is made of.
[[nodiscard]] GivenGrades given_grades(GradeHistory history, const std::filesystem::path& evidence);

// Points as a person types them: a plain decimal number from 0 to `most`. The error (usage) says what is
// wrong.
[[nodiscard]] Result<double> parse_points(std::string_view text, double most);

}  // namespace memgrade::grading
