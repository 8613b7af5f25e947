// student.yaml: who handed a submission in, and how it is built and called. Optional, and written by a
// student.
//
//   id: s2024001
//   name: Group 7
//   members: [{id: s2024001, name: A, share: 0.5}, {id: s2024002, name: B, share: 0.5}]
//   labs:
//     vmsim:
//       directory: final
//       build: make
//       run: ./vm -n {frames} -p {policy} {backing_store} {addresses}
//       output: out.txt
//
// overrides.yaml says the same of `labs` for several students, and is a teacher's:
//
//   students:
//     s2024001:
//       labs: {vmsim: {run: "./vm2 {addresses}"}}
#pragma once

#include <filesystem>
#include <harness/casefile/casefile.hpp>
#include <harness/model/report.hpp>
#include <harness/model/submission.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::casefile {

struct StudentFile {
  std::optional<Student> student;  // nothing when there is no such file, it names nobody, or has a mistake
  std::map<std::string, Instructions> labs;  // of those without a mistake
  std::vector<CaseDiagnostic> diagnostics;   // relative to the student's directory
};

[[nodiscard]] StudentFile read_student_file(const std::filesystem::path& student_directory,
                                            const std::string& name = "student.yaml");

// What a teacher says of a student's labs. A mistake in what is said of this student is an Error (usage); one
// in what is said of another is that one's.
[[nodiscard]] Result<std::map<std::string, Instructions>> read_overrides(
    const std::filesystem::path& file, const std::vector<std::string>& student_ids);

}  // namespace memgrade::casefile
