// The order of a run, step by step, without anything being run.
#include <gmock/gmock.h>

#include <harness/grading/plan.hpp>
#include <harness/tests/unit/grading/made_up_labs.hpp>

namespace memgrade::grading {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::lab_of;
using testing::report_of;
using testing::task_named;

// "0", "0:a", "0:a skipped for b": the steps that can be taken now.
std::vector<std::string> steps_of(Plan& plan) {
  std::vector<std::string> steps;
  while (const auto step = plan.next()) {
    std::string text = std::to_string(step->lab);
    if (step->task) text += ":" + step->task->name;
    if (step->needed) text += " skipped for " + step->needed->name;
    steps.push_back(text);
  }
  return steps;
}

TEST(Plan, TasksWaitUntilTheirLabIsPrepared) {
  const Lab lab = lab_of({task_named("a"), task_named("b")});
  Plan plan({&lab});
  EXPECT_THAT(steps_of(plan), ElementsAre("0"));
  plan.prepared(0);
  EXPECT_THAT(steps_of(plan), ElementsAre("0:a", "0:b"));
}

TEST(Plan, AStepIsGivenOnce) {
  const Lab lab = lab_of({task_named("a")});
  Plan plan({&lab});
  std::ignore = plan.next();
  EXPECT_FALSE(plan.next());
  plan.prepared(0);
  std::ignore = plan.next();
  EXPECT_FALSE(plan.next());
  EXPECT_FALSE(plan.is_done());
  plan.reported(0, report_of("a"));
  EXPECT_FALSE(plan.next());
  EXPECT_TRUE(plan.is_done());
}

TEST(Plan, TasksOfALabThatIsPreparedComeBeforeAnotherLab) {
  const Lab first = lab_of({task_named("a")}), second = lab_of({task_named("b")}), third = lab_of({});
  Plan plan({&first, &second, &third});
  EXPECT_EQ(plan.next()->lab, 0U);
  EXPECT_EQ(plan.next()->lab, 1U);
  plan.prepared(1);
  EXPECT_THAT(steps_of(plan), ElementsAre("1:b", "2"));
}

TEST(Plan, ATaskComesWhenAllThatItNeedsIsReported) {
  const Lab lab = lab_of({task_named("last", {{"a"}, {"b"}}), task_named("a"), task_named("b")});
  Plan plan({&lab});
  std::ignore = plan.next();
  plan.prepared(0);
  EXPECT_THAT(steps_of(plan), ElementsAre("0:a", "0:b"));
  plan.reported(0, report_of("b"));
  EXPECT_THAT(steps_of(plan), IsEmpty());
  plan.reported(0, report_of("a"));
  EXPECT_THAT(steps_of(plan), ElementsAre("0:last"));
}

TEST(Plan, ATaskIsSkippedForTheFirstThatDidNotPass) {
  const Lab lab =
      lab_of({task_named("a"), task_named("b"), task_named("c"), task_named("d", {{"a"}, {"b"}, {"c"}})});
  Plan plan({&lab});
  std::ignore = plan.next();
  plan.prepared(0);
  std::ignore = steps_of(plan);
  plan.reported(0, report_of("a"));
  plan.reported(0, report_of("b", TaskStatus::crash, 0));
  plan.reported(0, report_of("c", TaskStatus::fail, 0));
  EXPECT_THAT(steps_of(plan), ElementsAre("0:d skipped for b"));
}

TEST(Plan, SkippingGoesOnDownTheChain) {
  const Lab lab = lab_of({task_named("a"), task_named("b", {{"a"}}), task_named("c", {{"b"}})});
  Plan plan({&lab});
  std::ignore = plan.next();
  plan.prepared(0);
  std::ignore = plan.next();
  plan.reported(0, report_of("a", TaskStatus::fail, 0));
  EXPECT_THAT(steps_of(plan), ElementsAre("0:b skipped for a"));
  plan.reported(0, report_of("b", TaskStatus::skipped, 0));
  EXPECT_THAT(steps_of(plan), ElementsAre("0:c skipped for b"));
}

struct Met {
  TaskStatus status;
  double score;
  bool by_pass, by_partial;
};

TEST(Plan, WhatMeetsANeed) {
  for (const Met& met : {Met{TaskStatus::pass, 1, true, true}, Met{TaskStatus::partial, 0.5, false, true},
                         Met{TaskStatus::crash, 0.5, false, true}, Met{TaskStatus::timeout, 0, false, false},
                         Met{TaskStatus::fail, 0, false, false}, Met{TaskStatus::pending, 0, false, false},
                         Met{TaskStatus::infra_error, 0, true, true}}) {
    const Lab lab = lab_of({task_named("a"), task_named("strict", {{"a", TaskStatus::pass}}),
                            task_named("lenient", {{"a", TaskStatus::partial}})});
    Plan plan({&lab});
    std::ignore = plan.next();
    plan.prepared(0);
    std::ignore = plan.next();
    plan.reported(0, report_of("a", met.status, met.score));
    EXPECT_EQ(plan.next()->needed == nullptr, met.by_pass) << to_string(met.status);
    EXPECT_EQ(plan.next()->needed == nullptr, met.by_partial) << to_string(met.status);
  }
}

TEST(Plan, NothingIsDoneAtOnce) {
  const Lab lab = lab_of({});
  EXPECT_TRUE(Plan({}).is_done());
  EXPECT_TRUE(Plan({&lab}).is_done());
}

}  // namespace
}  // namespace memgrade::grading
