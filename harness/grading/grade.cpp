#include <fmt/format.h>

#include <chrono>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/process.hpp>
#include <harness/grading/account.hpp>
#include <harness/grading/assemble.hpp>
#include <harness/grading/code.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/publish.hpp>
#include <harness/grading/run_labs.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/select_tasks.hpp>
#include <harness/grading/target.hpp>
#include <harness/grading/write_reports.hpp>
#include <map>

namespace memgrade::grading {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Json timing_of(Clock::time_point start, const exec::Totals& before) {
  const exec::Totals after = exec::totals();
  const std::time_t now = std::time(nullptr);
  char stamp[32] = "";
  std::tm utc{};
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  return {{"finished", stamp},
          {"wall_s", seconds_since(start)},
          {"programs_run", after.runs - before.runs},
          {"programs_wall_s", after.wall_s - before.wall_s},
          {"programs_cpu_s", after.cpu_s - before.cpu_s}};
}

// The student's files as they are before anything of them is built or run, for each lab by the place that
// they stand in: which one is graded may show only then.
using Codes = std::vector<std::map<fs::path, Code>>;

Codes read_codes(const std::vector<LabRun>& runs) {
  std::vector<fs::path> places;
  for (const LabRun& run : runs) places.push_back(run.lab_submission.directory);
  Codes codes(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const LabSubmission& found = runs[i].lab_submission;
    const auto read = [&](const fs::path& directory) {
      codes[i].emplace(directory, read_code(*found.lab, directory, places));
    };
    read(found.directory);
    const auto* const collector = collect::find_collector(found.lab->collector);
    if (collector->tries_places)
      for (const PlaceOfWork& place : found.places) read(place.directory);
  }
  return codes;
}

Status store_codes(const fs::path& fresh, const std::vector<LabRun>& runs, const Codes& codes) {
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (auto stored = store_code(fresh, runs[i].lab.name, codes[i].at(runs[i].lab_submission.directory));
        !stored)
      return stored;
  return {};
}

// One submission on its way. Each pass reads what the ones before it left; one that fails ends the run, and
// what was there before stands as it stood.
class Grading {
 public:
  Grading(const Options& options, const Observer& observer, std::stop_token stop)
      : options_(options), observer_(observer), stop_(std::move(stop)) {}

  Status read_cases();
  Status find_work();
  Status choose_places();
  Status plan_labs();
  Status read_code();
  Status run_tasks();
  Status keep_code();
  Status keep_record();
  Status publish_results();
  Graded result() && { return std::move(graded_); }

 private:
  const Options& options_;
  const Observer& observer_;
  std::stop_token stop_;
  const Clock::time_point start_ = Clock::now();
  const exec::Totals before_ = exec::totals();

  std::vector<Lab> labs_;
  std::vector<Selection> selections_;
  Submission submission_;
  fs::path target_;
  std::optional<TempDir> scratch_;
  std::optional<FreshDirectory> fresh_;
  std::vector<LabRun> runs_;
  Codes codes_;
  RunRecordFile record_;
  Graded graded_;
};

// Moves a result's value to where it is wanted.
template <typename T, typename Place>
Status put(Result<T> result, Place& place) {
  if (!result) return std::unexpected(result.error());
  place = std::move(*result);
  return {};
}

Status Grading::read_cases() {
  if (auto read = put(open_cases(options_.root / "cases"), labs_); !read) return read;
  return put(parse_selections(options_.labs, labs_), selections_);
}

Status Grading::find_work() {
  return put(locate(options_.student, labs_, selections_, guidance_of(options_)), submission_);
}

Status Grading::choose_places() {
  if (auto chosen = put(usable_target(options_, submission_.origin), target_); !chosen) return chosen;
  auto scratch = TempDir::temporary("grade");
  if (!scratch) return std::unexpected(scratch.error());
  scratch_.emplace(std::move(*scratch));
  return {};
}

Status Grading::plan_labs() {
  return put(lab_runs(options_, submission_, selections_, scratch_->path(), observer_, stop_), runs_);
}

Status Grading::read_code() {
  auto fresh = FreshDirectory::beside(target_);
  if (!fresh) return std::unexpected(fresh.error());
  fresh_.emplace(std::move(*fresh));
  codes_ = read_codes(runs_);
  return {};
}

Status Grading::run_tasks() {
  return run_labs(runs_, fresh_->path(), options_.jobs, observer_, stop_);
}

Status Grading::keep_code() {
  return store_codes(fresh_->path(), runs_, codes_);
}

Status Grading::keep_record() {
  record_.student = submission_.student;
  record_.origin = submission_.origin;
  record_.notes = submission_.notes;
  for (const LabRun& run : runs_)
    record_.labs.push_back({run.lab.name,
                            run.lab_submission.directory.lexically_relative(submission_.directory).string(),
                            run.notes, selected_tasks(*run.lab_submission.lab, selections_), run.variant,
                            run.machine, account_of(run, submission_.directory), run.undecided});
  for (const std::string& lab : labs_not_found(submission_, selections_))
    record_.notes.push_back(fmt::format("the lab '{}' was asked for and is not in the submission", lab));
  if (options_.dataset)
    record_.notes.push_back("data set: " + printable(options_.dataset->filename().string()));
  const exec::Sandbox& sandbox = runs_.front().context->sandbox;
  if (!sandbox.confines()) record_.notes.push_back("student code ran without a sandbox (--no-sandbox)");
  record_.environment = {{"memgrade", MEMGRADE_VERSION}, {"sandbox", sandbox.description()}};
  record_.timing = timing_of(start_, before_);
  return store_run(fresh_->path(), record_);
}

Status Grading::publish_results() {
  graded_.directory = target_;
  const auto write = [&](const GradeHistory& grades) -> Status {
    const GivenGrades given = given_grades(grades, fresh_->path());
    graded_.report = empty_report(record_);
    for (std::size_t i = 0; i < runs_.size(); ++i)
      add_lab(graded_.report, runs_[i].lab, record_.labs[i], runs_[i].reports, given);
    return put(write_reports(graded_.report, fresh_->path(), options_.root), graded_.warnings);
  };
  if (auto published = publish(fresh_->path(), target_, write); !published) return published;
  fresh_->release();
  return {};
}

}  // namespace

Result<Graded> grade(const Options& options, const Observer& observer, std::stop_token stop) {
  constexpr Status (Grading::*passes[])() = {
      &Grading::read_cases,     // the case files, and what was asked for of them
      &Grading::find_work,      // which labs the student's directory holds, and where
      &Grading::choose_places,  // where the results go, and a directory for work that nobody keeps
      &Grading::plan_labs,      // the tasks of each lab that are for this submission
      &Grading::read_code,      // the student's files as they are before anything of them is built or run
      &Grading::run_tasks,      // collect, store and judge, several tasks at a time
      &Grading::keep_code,      // of the places that are graded, which may show only while labs are prepared
      &Grading::keep_record,    // who, what and under what conditions, so that it can be judged again
      &Grading::publish_results,  // the reports; then all of it takes the place of the run before
  };
  Grading grading(options, observer, std::move(stop));
  for (const auto pass : passes)
    if (auto done = (grading.*pass)(); !done) return std::unexpected(done.error());
  return std::move(grading).result();
}

}  // namespace memgrade::grading
