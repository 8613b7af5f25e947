// What a report must say where one of several was taken: places of a lab's work, students in one folder,
// files that say who handed it in.
#pragma once

#include <filesystem>
#include <harness/model/submission.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::grading {

// Of a lab whose collector does not try its places itself: which one is graded. Nothing to say of one place.
// Where another one has as good a name and other files, the choice is a person's (`undecided`).
[[nodiscard]] std::string which_is_graded(const std::filesystem::path& root, LabSubmission& lab_submission);

// "this looks like a folder of several students (a, b, c): …"; "" where it does not.
[[nodiscard]] std::string several_students(const Submission& submission);

struct StudentFileChoice {
  std::optional<std::filesystem::path> file;  // relative
  std::vector<std::string> notes;
};
// The file that says who handed it in: student.yaml at the top; else the one other of such a name.
[[nodiscard]] StudentFileChoice choose_student_file(const std::vector<std::filesystem::path>& files);

// A name of a file or folder for people, without two different ones becoming the same: bytes that are not
// UTF-8, and control characters, are written as \xD5.
[[nodiscard]] std::string distinct_name(const std::filesystem::path& name);

}  // namespace memgrade::grading
