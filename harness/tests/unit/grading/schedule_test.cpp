// A plan on threads, with steps that are made up: who is called, in which order, and what ends a run.
#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <harness/grading/schedule.hpp>
#include <harness/tests/unit/grading/made_up_labs.hpp>
#include <mutex>

namespace memgrade::grading {
namespace {

using ::testing::ElementsAre;
using testing::lab_of;
using testing::report_of;
using testing::task_named;

class Schedule : public ::testing::Test {
 protected:
  Schedule() {
    actions_.prepare = [this](std::size_t lab) {
      note("prepare " + std::to_string(lab));
      return Status{};
    };
    actions_.collect = [this](std::size_t, const Task& task) -> Result<Evidence> {
      note("collect " + task.name);
      Evidence evidence;
      evidence.task = task.name;
      return evidence;
    };
    actions_.store = [this](std::size_t, const Task& task, const Evidence&) {
      note("store " + task.name);
      return Status{};
    };
    actions_.judge = [this](std::size_t, const Task& task, const Evidence& evidence) {
      note("judge " + task.name);
      return evidence.unobserved ? report_of(task.name, TaskStatus::infra_error, 0) : report_of(task.name);
    };
    actions_.skip = [](std::size_t, const Task& task, const Task& needed) {
      TaskReport report = report_of(task.name, TaskStatus::skipped, 0);
      report.message = needed.title;
      return report;
    };
  }

  void note(const std::string& what) {
    const std::scoped_lock lock(mutex_);
    log_.push_back(what);
  }
  Result<std::vector<TaskReports>> run(const std::vector<const Lab*>& labs, unsigned threads = 1) {
    return run_plan(labs, actions_, threads, stop_.get_token());
  }

  Actions actions_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::vector<std::string> log_;
};

TEST_F(Schedule, EachTaskIsCollectedStoredAndJudged) {
  const Lab lab = lab_of({task_named("b", {{"a"}}), task_named("a")});
  const auto reports = run({&lab});
  ASSERT_TRUE(reports);
  EXPECT_THAT(log_,
              ElementsAre("prepare 0", "collect a", "store a", "judge a", "collect b", "store b", "judge b"));
  EXPECT_EQ(reports->at(0).size(), 2U);
  EXPECT_EQ(reports->at(0).at("b").status, TaskStatus::pass);
}

TEST_F(Schedule, ASkippedTaskIsNeitherCollectedNorStored) {
  const Lab lab = lab_of({task_named("a"), task_named("b", {{"a"}})});
  actions_.judge = [](std::size_t, const Task& task, const Evidence&) {
    return report_of(task.name, TaskStatus::fail, 0);
  };
  const auto reports = run({&lab});
  ASSERT_TRUE(reports);
  EXPECT_THAT(log_, ElementsAre("prepare 0", "collect a", "store a"));
  EXPECT_EQ(reports->at(0).at("b").status, TaskStatus::skipped);
  EXPECT_EQ(reports->at(0).at("b").message, "The task a");
}

TEST_F(Schedule, TasksThatDoNotNeedEachOtherRunAtATime) {
  const Lab lab = lab_of({task_named("a"), task_named("b")});
  std::barrier both(2);  // nobody gets past it alone
  actions_.collect = [&](std::size_t, const Task&) -> Result<Evidence> {
    both.arrive_and_wait();
    return Evidence{};
  };
  const auto reports = run({&lab}, 2);
  ASSERT_TRUE(reports);
  EXPECT_EQ(reports->at(0).size(), 2U);
}

TEST_F(Schedule, ManyThreadsJudgeEveryTaskOnce) {
  std::vector<Task> tasks;
  for (int i = 0; i < 50; ++i) {
    const std::string name = "t" + std::to_string(i);
    tasks.push_back(i < 5 ? task_named(name) : task_named(name, {{"t" + std::to_string(i - 5)}}));
  }
  const Lab first = lab_of(tasks, "first"), second = lab_of(tasks, "second");
  std::atomic<int> judged = 0;
  std::size_t told = 0;  // calls come one at a time
  actions_.judge = [&](std::size_t, const Task& task, const Evidence&) {
    ++judged;
    return report_of(task.name);
  };
  actions_.done = [&](std::size_t, const TaskReport&) { ++told; };
  const auto reports = run({&first, &second}, 8);
  ASSERT_TRUE(reports);
  EXPECT_EQ(judged, 100);
  EXPECT_EQ(told, 100U);
  EXPECT_EQ(reports->at(1).size(), 50U);
}

TEST_F(Schedule, ALabThatCannotBePreparedIsNotObservedAndTheOthersGoOn) {
  const Lab broken = lab_of({task_named("a")}), sound = lab_of({task_named("b")});
  actions_.prepare = [](std::size_t lab) -> Status {
    if (lab == 0) return fail(ErrorKind::infrastructure, "no kernel here");
    return {};
  };
  const auto reports = run({&broken, &sound});
  ASSERT_TRUE(reports);
  EXPECT_EQ(reports->at(0).at("a").status, TaskStatus::infra_error);
  EXPECT_EQ(reports->at(1).at("b").status, TaskStatus::pass);
}

TEST_F(Schedule, WhatCannotBeObservedIsStoredWithItsReason) {
  const Lab lab = lab_of({task_named("a"), task_named("b")});
  actions_.collect = [](std::size_t, const Task& task) -> Result<Evidence> {
    if (task.name == "a") return fail(ErrorKind::sandbox, "no namespaces");
    return Evidence{};
  };
  std::string stored;
  actions_.store = [&](std::size_t, const Task&, const Evidence& evidence) {
    if (evidence.unobserved)
      stored = evidence.lab + "/" + evidence.task + ": " + evidence.unobserved->message;
    return Status{};
  };
  const auto reports = run({&lab});
  ASSERT_TRUE(reports);
  EXPECT_EQ(stored, "lab/a: no namespaces");
  EXPECT_EQ(reports->at(0).at("b").status, TaskStatus::pass);
}

TEST_F(Schedule, AManualTaskIsNotCollectedEvenWhereNothingCouldBePrepared) {
  Task manual = task_named("walk");
  manual.manual = true;
  const Lab lab = lab_of({manual});
  actions_.prepare = [](std::size_t) -> Status { return fail(ErrorKind::infrastructure, "no kernel here"); };
  const auto reports = run({&lab});
  ASSERT_TRUE(reports);
  EXPECT_THAT(log_, ElementsAre("store walk", "judge walk"));
  EXPECT_EQ(reports->at(0).at("walk").status, TaskStatus::pass);
}

TEST_F(Schedule, AFullDiskEndsTheRun) {
  const Lab lab = lab_of({task_named("a"), task_named("b")});
  actions_.store = [](std::size_t, const Task& task, const Evidence&) -> Status {
    return fail(ErrorKind::io, "disk full at " + task.name);
  };
  const auto reports = run({&lab});
  ASSERT_FALSE(reports);
  EXPECT_EQ(reports.error().message, "disk full at a");
  EXPECT_THAT(log_, ElementsAre("prepare 0", "collect a"));
}

TEST_F(Schedule, AnErrorOfTheWholeRunWhilePreparingEndsIt) {
  const Lab lab = lab_of({task_named("a")});
  actions_.prepare = [](std::size_t) -> Status { return fail(ErrorKind::interrupted, "interrupted"); };
  const auto reports = run({&lab}, 3);
  ASSERT_FALSE(reports);
  EXPECT_EQ(reports.error().kind, ErrorKind::interrupted);
}

TEST_F(Schedule, AStopIsSeenBeforeTheNextTask) {
  const Lab lab = lab_of({task_named("a"), task_named("b")});
  actions_.done = [this](std::size_t, const TaskReport&) { stop_.request_stop(); };
  const auto reports = run({&lab});
  ASSERT_FALSE(reports);
  EXPECT_EQ(reports.error().kind, ErrorKind::interrupted);
  EXPECT_THAT(log_, ElementsAre("prepare 0", "collect a", "store a", "judge a"));
}

TEST_F(Schedule, BeginsAreToldOfTasksThatAreNotSkipped) {
  const Lab lab = lab_of({task_named("a"), task_named("b", {{"a"}})});
  actions_.judge = [](std::size_t, const Task& task, const Evidence&) {
    return report_of(task.name, TaskStatus::fail, 0);
  };
  std::vector<std::string> told;
  actions_.begins = [&](std::size_t, const Task& task) { told.push_back("begins " + task.name); };
  actions_.done = [&](std::size_t, const TaskReport& report) { told.push_back("done " + report.task); };
  ASSERT_TRUE(run({&lab}, 4));
  EXPECT_THAT(told, ElementsAre("begins a", "done a", "done b"));
}

}  // namespace
}  // namespace memgrade::grading
