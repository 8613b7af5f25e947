// A submission's labs while they are graded: what each has for it, and the collectors and checkers at work on
// them.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/schedule.hpp>
#include <harness/model/submission.hpp>
#include <memory>
#include <string>
#include <vector>

namespace memgrade::grading {

// What a teacher says of the submission: by options, else by cases/overrides.yaml where there is one.
[[nodiscard]] Guidance guidance_of(const Options& options);

struct LabRun {
  Lab lab;              // reduced to what was selected
  std::string variant;  // of the submission; "" where the lab knows only one
  LabSubmission lab_submission;
  std::unique_ptr<collect::Context> context;
  std::unique_ptr<collect::Workspace> workspace;  // null until, and unless, the lab could be prepared
  TaskReports reports;
  std::vector<std::string> notes;
  bool undecided = false;  // see collect::Workspace
  Json machine = nullptr;  // see collect::Workspace
};

// The labs of the submission with the tasks that were selected, each with a directory of its own in
// `scratch`. `observer` outlives them.
[[nodiscard]] Result<std::vector<LabRun>> lab_runs(const Options& options, const Submission& submission,
                                                   const std::vector<Selection>& selections,
                                                   const std::filesystem::path& scratch,
                                                   const Observer& observer, const std::stop_token& stop);

// Has the lab's collector prepare the submission; fills in `workspace`, `notes`, `machine` and the place.
[[nodiscard]] Status prepare_lab(LabRun& run);

// Fills in `reports`, `notes` and `machine` of every lab; evidence goes to `directory`. Errors as run_plan's.
[[nodiscard]] Status run_labs(std::vector<LabRun>& runs, const std::filesystem::path& directory,
                              unsigned threads, const Observer& observer, std::stop_token stop);

}  // namespace memgrade::grading
