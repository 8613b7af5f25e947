// student.yaml: who handed a submission in. Optional, and written by a student: it can name people and
// nothing else.
//
//   id: s2024001
//   name: Group 7
//   members: [{id: s2024001, name: A, share: 0.5}, {id: s2024002, name: B, share: 0.5}]
#pragma once

#include <filesystem>
#include <harness/casefile/casefile.hpp>
#include <harness/model/report.hpp>
#include <optional>
#include <vector>

namespace memgrade::casefile {

struct StudentFile {
  std::optional<Student> student;           // nothing when there is no such file, or it has a mistake
  std::vector<CaseDiagnostic> diagnostics;  // relative to the student's directory
};

[[nodiscard]] StudentFile read_student_file(const std::filesystem::path& student_directory);

}  // namespace memgrade::casefile
