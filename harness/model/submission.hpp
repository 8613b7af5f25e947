// A student's directory and the labs that were found in it.
#pragma once

#include <filesystem>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <memory>
#include <string>
#include <vector>

namespace memgrade {

// A line that somebody wrote of how a lab's work is built, called or read, in the place of a search.
struct Instruction {
  std::string text;
  std::string source;      // who says so, and where: "--call", "overrides.yaml:4:10", "student.yaml:4:10"
  bool of_student = true;  // else it is the teacher's, and must not be passed over
};

// Of each kind only those of the first who says anything: command line, teacher, student.
struct Instructions {
  std::vector<Instruction> directory;  // where the work stands, relative; one at most
  std::vector<Instruction> build;      // commands
  std::vector<Instruction> run;        // command lines with {frames} and its kind; several are all tried
  std::vector<Instruction> output;     // the file that the answers are read from; one at most
};

// A directory that may hold a lab's work.
struct PlaceOfWork {
  std::filesystem::path directory;           // absolute
  std::vector<std::filesystem::path> files;  // that speak for it, relative to the submission
  int rank = 0;                              // by its name: a final one is less than a draft
};
// Added to the rank of a place that was recognised by its text alone where others have the lab's names: it is
// tried when none of those is right.
inline constexpr int kByTextAlone = 10;

// One lab's part of a submission.
struct LabSubmission {
  const Lab* lab = nullptr;
  std::filesystem::path directory;       // where its files are: the student's directory or one below it
  std::vector<PlaceOfWork> places = {};  // all that were found, best first; `directory` is the first's
  Instructions told = {};
  std::filesystem::path top = {};  // of the submission, which the places' files are relative to
  bool undecided = false;          // whether another place could be meant as well, for a person to decide
};

struct Submission {
  std::filesystem::path origin;     // as it was handed in; absolute
  std::filesystem::path directory;  // where it is read: the same, or a copy that `keeps` it
  std::shared_ptr<void> keeps;
  Student student;
  std::vector<LabSubmission> lab_submissions;
  std::vector<std::string> notes;  // what a reader of the report must know of how it was found
};

}  // namespace memgrade
