// One submission's life: cases, submission, workspaces, evidence, verdicts, reports.
//
//   open_cases ─► locate ─► for each lab: prepare ─► for each task: collect, store, judge ─► write_reports
//
// Tasks run side by side on `jobs` threads, each as soon as the tasks that it needs are judged (plan.hpp says
// in which order, schedule.hpp takes the steps). Everything is written to a directory beside the target,
// which takes the target's place only when the whole run is complete.
#pragma once

#include <filesystem>
#include <functional>
#include <harness/base/result.hpp>
#include <harness/grading/open_cases.hpp>
#include <harness/model/report.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace memgrade::grading {

// Told what happens while it happens; calls come from several threads, one at a time.
struct Observer {
  std::function<void(const std::string& lab, const std::string& what)> step = [](auto&&, auto&&) {};
  std::function<void(const std::string& lab, const TaskReport& task)> task_done = [](auto&&, auto&&) {};
  // How many tasks the run has, once that is known.
  std::function<void(std::size_t tasks)> planned = [](auto&&) {};
};

struct Options {
  std::filesystem::path student;
  std::filesystem::path root;                // of memgrade's own folders: cases/, reports/
  std::vector<std::string> labs;             // "LAB" or "LAB/TASK"; empty: all that are found
  std::optional<std::filesystem::path> out;  // default: reports/out/<name>
  std::optional<std::filesystem::path> dataset;
  std::optional<std::string> kernel;               // a series, or a directory with the user's own
  std::vector<std::string> calls, builds;          // what a person says of the one lab that is selected
  std::optional<std::filesystem::path> overrides;  // default: cases/overrides.yaml, where there is one
  unsigned jobs = 2;
  bool sandbox = true;
  bool shorten = true;  // what fails is made as short as it can be; costs time, and no verdict depends on it
};

struct Graded {
  Report report;
  std::filesystem::path directory;  // where the reports are
  std::vector<std::string> warnings;
};

[[nodiscard]] Result<Graded> grade(const Options& options, const Observer& observer, std::stop_token stop);

// What grading would do, without doing it: which labs and files were found, how they were built, which calls
// were tried with what result, and what would be graded. Lines for a person.
[[nodiscard]] Result<std::vector<std::string>> dry_run(const Options& options, const Observer& observer,
                                                       std::stop_token stop);

// Judges the stored evidence of a run by today's case files and writes its reports anew. Runs nothing of a
// student.
[[nodiscard]] Result<Graded> rejudge(const std::filesystem::path& run, const std::filesystem::path& root);

}  // namespace memgrade::grading
