#include <condition_variable>
#include <harness/grading/plan.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/schedule.hpp>
#include <harness/judge/judge.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace memgrade::grading {
namespace {

// Errors after which going on would only repeat them for every task.
bool ends_the_run(ErrorKind kind) {
  return kind == ErrorKind::interrupted || kind == ErrorKind::io || kind == ErrorKind::case_file ||
         kind == ErrorKind::usage;
}

Evidence not_observed(const Lab& lab, const Task& task, const Error& error) {
  Evidence evidence;
  evidence.lab = lab.name;
  evidence.task = task.name;
  evidence.collect_digest = collect::collect_digest(lab, task);
  evidence.unobserved = error;
  return evidence;
}

class Schedule {
 public:
  Schedule(std::vector<LabRun>& labs, const std::filesystem::path& directory, const Observer& observer,
           std::stop_token stop)
      : labs_(labs),
        directory_(directory),
        observer_(observer),
        stop_(std::move(stop)),
        states_(labs.size()) {}

  Status run(unsigned jobs) {
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 0; i < std::max(1U, jobs); ++i) workers.emplace_back([this] { lab_submission(); });
    }
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  enum class Preparation { waiting, running, ready, failed };
  struct State {
    Preparation preparation = Preparation::waiting;
    std::optional<Error> error;
    std::set<std::string> started;
  };
  struct Job {
    std::size_t lab = 0;
    const Task* task = nullptr;  // null: prepare the lab
  };

  void lab_submission();
  std::optional<Job> next(std::unique_lock<std::mutex>& lock);
  std::optional<Job> find_job();
  bool all_done() const;
  void do_prepare(std::size_t lab);
  void do_task(std::size_t lab, const Task& task);
  Result<Evidence> observe(LabRun& run, const State& state, const Task& task);
  void finish(std::size_t lab, const Task& task, TaskReport report);
  void stop_with(const Error& error);

  std::vector<LabRun>& labs_;
  const std::filesystem::path& directory_;
  const Observer& observer_;
  std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<State> states_;
  std::optional<Error> error_;
};

void Schedule::lab_submission() {
  std::unique_lock lock(mutex_);
  while (const auto job = next(lock)) {
    lock.unlock();
    if (job->task)
      do_task(job->lab, *job->task);
    else
      do_prepare(job->lab);
    lock.lock();
    changed_.notify_all();
  }
}

std::optional<Schedule::Job> Schedule::next(std::unique_lock<std::mutex>& lock) {
  while (!error_) {
    if (auto job = find_job()) return job;
    if (all_done()) return std::nullopt;
    changed_.wait(lock);
  }
  return std::nullopt;
}

// Takes the next thing that can be done and marks it as started. Tasks of a lab that is ready come before
// preparing another one, so that results appear early.
std::optional<Schedule::Job> Schedule::find_job() {
  for (std::size_t i = 0; i < labs_.size(); ++i) {
    State& state = states_[i];
    if (state.preparation != Preparation::ready && state.preparation != Preparation::failed) continue;
    for (const Task& task : labs_[i].lab.tasks) {
      if (state.started.contains(task.name) || !is_ready(task, labs_[i].reports)) continue;
      state.started.insert(task.name);
      return Job{i, &task};
    }
  }
  for (std::size_t i = 0; i < labs_.size(); ++i) {
    if (states_[i].preparation != Preparation::waiting) continue;
    states_[i].preparation = Preparation::running;
    return Job{i, nullptr};
  }
  return std::nullopt;
}

bool Schedule::all_done() const {
  for (const LabRun& run : labs_)
    if (run.reports.size() != run.lab.tasks.size()) return false;
  return true;
}

void Schedule::do_prepare(std::size_t index) {
  LabRun& run = labs_[index];
  const collect::Collector* collector = collect::find_collector(run.lab.collector);
  auto workspace = collector->prepare(run.lab, run.lab_submission, *run.context);
  const std::scoped_lock lock(mutex_);
  State& state = states_[index];
  if (workspace) {
    run.workspace = std::move(*workspace);
    run.notes = run.workspace->notes();
    run.machine = run.workspace->machine();
    if (auto place = run.workspace->directory()) run.lab_submission.directory = std::move(*place);
    state.preparation = Preparation::ready;
    return;
  }
  state.preparation = Preparation::failed;
  state.error = workspace.error();
  if (ends_the_run(workspace.error().kind)) stop_with(workspace.error());
}

Result<Evidence> Schedule::observe(LabRun& run, const State& state, const Task& task) {
  if (stop_.stop_requested()) return fail(ErrorKind::interrupted, "interrupted");
  if (task.manual) {
    Evidence nothing;
    nothing.lab = run.lab.name;
    nothing.task = task.name;
    nothing.collect_digest = collect::collect_digest(run.lab, task);
    return nothing;
  }
  if (state.error) return std::unexpected(*state.error);
  return run.workspace->collect(task);
}

void Schedule::do_task(std::size_t index, const Task& task) {
  LabRun& run = labs_[index];
  {
    std::unique_lock lock(mutex_);
    if (const Need* need = unmet_need(task, run.reports)) {
      TaskReport skipped = judge::skipped_task(task, run.reports.at(need->task).title);
      lock.unlock();
      return finish(index, task, std::move(skipped));
    }
    observer_.step(run.lab.name, task.title);
  }
  auto evidence = observe(run, states_[index], task);
  if (!evidence && ends_the_run(evidence.error().kind)) {
    const std::scoped_lock lock(mutex_);
    return stop_with(evidence.error());
  }
  if (!evidence) evidence = not_observed(run.lab, task, evidence.error());
  Status stored = store_evidence(directory_, *evidence);
  if (stored && run.workspace)
    stored = run.workspace->write_inputs(task, directory_ / evidence_path(run.lab.name, task.name));
  if (!stored) {
    const std::scoped_lock lock(mutex_);
    return stop_with(stored.error());
  }
  finish(index, task, judge::judge_task(run.lab, task, *evidence));
}

void Schedule::finish(std::size_t index, const Task& task, TaskReport report) {
  const std::scoped_lock lock(mutex_);
  observer_.task_done(labs_[index].lab.name, report);
  labs_[index].reports.emplace(task.name, std::move(report));
}

// Called with the lock held. The first error is the one that is told.
void Schedule::stop_with(const Error& error) {
  if (!error_) error_ = error;
}

}  // namespace

Status run_labs(std::vector<LabRun>& labs, const std::filesystem::path& run_directory, unsigned jobs,
                const Observer& observer, std::stop_token stop) {
  return Schedule(labs, run_directory, observer, std::move(stop)).run(jobs);
}

}  // namespace memgrade::grading
