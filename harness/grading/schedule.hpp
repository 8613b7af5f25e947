// Runs a submission's labs and tasks on a few threads: each lab is prepared once, then its tasks are
// collected, stored and judged, each as soon as the tasks that it needs are judged. A task whose need is not
// met is skipped without being run.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/grading/grade.hpp>
#include <harness/model/submission.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace memgrade::grading {

struct LabRun {
  Lab lab;              // reduced to what was selected
  std::string variant;  // of the submission; "" where the lab knows only one
  LabSubmission lab_submission;
  std::unique_ptr<collect::Context> context;
  std::unique_ptr<collect::Workspace> workspace;
  std::map<std::string, TaskReport> reports;
  std::vector<std::string> notes;
  Json machine = nullptr;  // see collect::Workspace
};

// Fills in `reports` and `notes` of every lab. An Error only when the whole run must stop (interrupted, disk
// full, a broken case); what merely cannot be observed for one task becomes that task's infra_error.
[[nodiscard]] Status run_labs(std::vector<LabRun>& labs, const std::filesystem::path& run_directory,
                              unsigned jobs, const Observer& observer, std::stop_token stop);

}  // namespace memgrade::grading
