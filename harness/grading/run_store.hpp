// A run on disk:
//
//   RUN/report.json report.html report.md junit.xml
//   RUN/marks.json                           what people gave (marks.hpp)
//   RUN/evidence/run.json                    who, which labs and tasks, under what conditions
//   RUN/evidence/<lab>/code.json             the student's files that a person reads (code.hpp)
//   RUN/evidence/<lab>/<task>/evidence.json  what was observed
//   RUN/evidence/<lab>/<task>/<run>/…        the run's input files and its output as plain text
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <string>
#include <vector>

namespace memgrade::grading {

struct PlannedLab {
  std::string lab;
  std::string source;  // the work's directory relative to the student's
  std::vector<std::string> notes;
  std::vector<std::string> selected;      // tasks that count; empty: all
  std::string variant;                    // of the submission; "" where the lab knows only one
  Json machine = nullptr;                 // {"kernel", "accelerator"} of a lab with a guest
  std::vector<std::string> account = {};  // how it was found, built and called (account.hpp)
  bool undecided = false;                 // a person says which work is meant
};

// What a run must remember beside its evidence, so that it can be judged again.
struct RunRecordFile {
  Student student;
  std::filesystem::path origin;  // the student's directory
  std::vector<PlannedLab> labs;
  std::vector<std::string> notes;
  Json environment = Json::object();
  Json timing = Json::object();
};

inline constexpr std::string_view kRunSchema = "memgrade/run/v1";

[[nodiscard]] std::string evidence_path(const std::string& lab,
                                        const std::string& task);  // relative, ends with '/'
[[nodiscard]] Status store_evidence(const std::filesystem::path& run, const Evidence& evidence);
[[nodiscard]] Result<Evidence> load_evidence(const std::filesystem::path& run, const std::string& lab,
                                             const std::string& task);
[[nodiscard]] Status store_run(const std::filesystem::path& run, const RunRecordFile& record);
[[nodiscard]] Result<RunRecordFile> load_run(const std::filesystem::path& run);

// The directory that a student's reports go to below `parent`: named after the student's directory, with a
// digest behind it when that name already holds the results of another directory.
[[nodiscard]] std::filesystem::path run_directory(const std::filesystem::path& parent,
                                                  const std::filesystem::path& student);

}  // namespace memgrade::grading
