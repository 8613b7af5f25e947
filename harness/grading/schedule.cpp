#include <algorithm>
#include <condition_variable>
#include <harness/collect/collect.hpp>
#include <harness/grading/schedule.hpp>
#include <mutex>
#include <optional>
#include <thread>

namespace memgrade::grading {
namespace {

// Errors after which going on would only repeat them for every task.
bool ends_the_run(ErrorKind kind) {
  return kind == ErrorKind::interrupted || kind == ErrorKind::io || kind == ErrorKind::case_file ||
         kind == ErrorKind::usage;
}

// What is known of a task before anything is collected.
Evidence blank_evidence(const Lab& lab, const Task& task) {
  Evidence evidence;
  evidence.lab = lab.name;
  evidence.task = task.name;
  evidence.collect_digest = collect::collect_digest(lab, task);
  return evidence;
}

class Runner {
 public:
  Runner(const std::vector<const Lab*>& labs, const Actions& actions, std::stop_token stop)
      : labs_(labs), actions_(actions), stop_(std::move(stop)), plan_(labs), states_(labs.size()) {}

  Result<std::vector<TaskReports>> run(unsigned threads) {
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 0; i < std::max(1U, threads); ++i) workers.emplace_back([this] { work(); });
    }
    if (error_) return std::unexpected(*error_);
    std::vector<TaskReports> reports;
    for (LabState& state : states_) reports.push_back(std::move(state.reports));
    return reports;
  }

 private:
  struct LabState {
    std::optional<Error> unprepared;  // written once, before any task of the lab is taken
    TaskReports reports;
  };

  void work();
  std::optional<Step> next(std::unique_lock<std::mutex>& lock);
  void take(const Step& step);
  void prepare(std::size_t lab);
  Result<TaskReport> judged(std::size_t lab, const Task& task);
  Result<Evidence> observed(std::size_t lab, const Task& task);
  void report(std::size_t lab, TaskReport report);
  void stop_with(const Error& error);

  const std::vector<const Lab*>& labs_;
  const Actions& actions_;
  std::stop_token stop_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  Plan plan_;
  std::vector<LabState> states_;
  std::optional<Error> error_;  // that stopped the run: the first one
};

void Runner::work() {
  std::unique_lock lock(mutex_);
  while (const auto step = next(lock)) {
    if (step->kind == Step::Kind::judge) actions_.begins(step->lab, *step->task);
    lock.unlock();
    take(*step);
    lock.lock();
    changed_.notify_all();
  }
}

std::optional<Step> Runner::next(std::unique_lock<std::mutex>& lock) {
  while (!error_) {
    if (auto step = plan_.next()) return step;
    if (plan_.is_done()) return std::nullopt;
    changed_.wait(lock);
  }
  return std::nullopt;
}

void Runner::take(const Step& step) {
  if (step.kind == Step::Kind::prepare) return prepare(step.lab);
  if (step.kind == Step::Kind::skip)
    return report(step.lab, actions_.skip(step.lab, *step.task, *step.needed));
  auto judged_task = judged(step.lab, *step.task);
  if (judged_task)
    report(step.lab, std::move(*judged_task));
  else
    stop_with(judged_task.error());
}

void Runner::prepare(std::size_t lab) {
  const Status prepared = actions_.prepare(lab);
  if (!prepared && ends_the_run(prepared.error().kind)) return stop_with(prepared.error());
  const std::scoped_lock lock(mutex_);
  if (!prepared) states_[lab].unprepared = prepared.error();
  plan_.prepared(lab);
}

Result<TaskReport> Runner::judged(std::size_t lab, const Task& task) {
  auto evidence = observed(lab, task);
  if (!evidence && ends_the_run(evidence.error().kind)) return std::unexpected(evidence.error());
  if (!evidence) {
    Evidence nothing = blank_evidence(*labs_[lab], task);
    nothing.unobserved = evidence.error();
    evidence = std::move(nothing);
  }
  if (auto stored = actions_.store(lab, task, *evidence); !stored) return std::unexpected(stored.error());
  return actions_.judge(lab, task, *evidence);
}

Result<Evidence> Runner::observed(std::size_t lab, const Task& task) {
  if (stop_.stop_requested()) return fail(ErrorKind::interrupted, "interrupted");
  if (task.manual) return blank_evidence(*labs_[lab], task);
  if (states_[lab].unprepared) return std::unexpected(*states_[lab].unprepared);
  return actions_.collect(lab, task);
}

void Runner::report(std::size_t lab, TaskReport report) {
  const std::scoped_lock lock(mutex_);
  actions_.done(lab, report);
  plan_.reported(lab, report);
  std::string task = report.task;
  states_[lab].reports.emplace(std::move(task), std::move(report));
}

void Runner::stop_with(const Error& error) {
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = error;
}

}  // namespace

Result<std::vector<TaskReports>> run_plan(const std::vector<const Lab*>& labs, const Actions& actions,
                                          unsigned threads, std::stop_token stop) {
  return Runner(labs, actions, std::move(stop)).run(threads);
}

}  // namespace memgrade::grading
