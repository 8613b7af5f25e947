// A student's directory and the labs that were found in it.
#pragma once

#include <filesystem>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <string>
#include <vector>

namespace memgrade {

// One lab's part of a submission.
struct LabSubmission {
  const Lab* lab = nullptr;
  std::filesystem::path directory;  // where its files are: the student's directory or one below it
};

struct Submission {
  std::filesystem::path directory;  // absolute
  Student student;
  std::vector<LabSubmission> lab_submissions;
  std::vector<std::string> notes;  // what a reader of the report must know of how it was found
};

}  // namespace memgrade
