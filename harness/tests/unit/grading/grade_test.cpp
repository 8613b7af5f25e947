// A whole run with a collector that starts nothing: what is written, what is told, and what a failure leaves.
#include <gmock/gmock.h>

#include <harness/grading/grade.hpp>
#include <harness/tests/unit/fake_lab.hpp>

namespace memgrade::grading {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Grade : public memgrade::testing::FakeLab {
 protected:
  Result<Graded> run(std::vector<std::string> labs = {}) {
    Options options;
    options.student = student_;
    options.root = root_;
    options.labs = std::move(labs);
    options.out = out_;
    options.sandbox = false;
    options.jobs = 2;
    return grade(options, observer_, stop_.get_token());
  }
  void SetUp() override {
    FakeLab::SetUp();
    out_ = scratch_->path() / "out" / "ada";
    observer_.planned = [this](std::size_t tasks) { told_.push_back(std::to_string(tasks) + " tasks"); };
    observer_.task_done = [this](const std::string& lab, const TaskReport& task) {
      told_.push_back(lab + "/" + task.task + " " + std::string(to_string(task.status)));
    };
  }
  std::vector<std::string> left_beside_the_target() const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(out_.parent_path(), ignored))
      names.push_back(entry.path().filename().string());
    return names;
  }

  fs::path out_;
  Observer observer_;
  std::stop_source stop_;
  std::vector<std::string> told_;
};

TEST_F(Grade, EveryTaskIsInTheReportAndOnDisk) {
  const auto graded = run();
  ASSERT_TRUE(graded) << graded.error().text();
  ASSERT_EQ(graded->report.labs.size(), 1U);
  const LabReport& lab = graded->report.labs[0];
  ASSERT_EQ(lab.tasks.size(), 3U);
  EXPECT_EQ(lab.tasks[0].status, TaskStatus::pass);
  EXPECT_EQ(lab.tasks[1].status, TaskStatus::partial);
  EXPECT_EQ(lab.tasks[1].score, 1.5);
  EXPECT_EQ(lab.tasks[2].status, TaskStatus::pending);
  EXPECT_TRUE(graded->report.provisional);
  EXPECT_THAT(lab.notes, ElementsAre("called as: cat answer.txt"));
  EXPECT_EQ(graded->directory, out_);
  for (const char* file :
       {"report.json", "report.md", "junit.xml", "student/report.json", "evidence/run.json",
        "evidence/demo/code.json", "evidence/demo/first/evidence.json", "evidence/demo/first/run/stdout.txt"})
    EXPECT_TRUE(fs::exists(out_ / file)) << file;
  EXPECT_EQ(get(out_ / "evidence/demo/first/run/stdout.txt"), "answer = 42\n");
  EXPECT_THAT(get(out_ / "student/report.json"), Not(HasSubstr("a secret")));
}

TEST_F(Grade, WhoWatchesIsToldOfEachTask) {
  ASSERT_TRUE(run({"demo/first"}));
  EXPECT_THAT(told_, ElementsAre("1 tasks", "demo/first pass"));
}

TEST_F(Grade, ATaskThatIsOnlyNeededEarnsNothing) {
  const auto graded = run({"demo/second"});
  ASSERT_TRUE(graded);
  const LabReport& lab = graded->report.labs[0];
  ASSERT_EQ(lab.tasks.size(), 2U);
  EXPECT_TRUE(lab.tasks[0].informational);
  EXPECT_EQ(lab.max_score, 2);
}

TEST_F(Grade, ATaskWhoseNeedFailsIsSkipped) {
  answer("answer = 1\n");
  const auto graded = run();
  ASSERT_TRUE(graded);
  EXPECT_EQ(graded->report.labs[0].tasks[1].status, TaskStatus::skipped);
  EXPECT_FALSE(fs::exists(out_ / "evidence/demo/second"));
}

TEST_F(Grade, RejudgingWritesTheSameBytes) {
  ASSERT_TRUE(run());
  const std::string before = get(out_ / "report.json"), student = get(out_ / "student/report.json");
  ASSERT_TRUE(rejudge(out_, root_));
  EXPECT_EQ(get(out_ / "report.json"), before);
  EXPECT_EQ(get(out_ / "student/report.json"), student);
}

TEST_F(Grade, RejudgingUsesTodaysCasesAndSaysWhenTheEvidenceIsNotWhatTheyAskFor) {
  ASSERT_TRUE(run());
  put_task("first", "points: 2\ncollect: {does: crash}\njudge:\n  - equals: {fact: run.answer, value: 7}\n");
  const auto graded = rejudge(out_, root_);
  ASSERT_TRUE(graded);
  EXPECT_EQ(graded->report.labs[0].tasks[0].status, TaskStatus::fail);
  EXPECT_EQ(graded->report.labs[0].tasks[1].status, TaskStatus::skipped);
  EXPECT_THAT(graded->warnings, ::testing::Contains(HasSubstr("demo/first: what is collected has changed")));
}

TEST_F(Grade, ACrashIsTheProgramsAndTheTaskSaysSo) {
  put_task("first", "points: 2\ncollect: {does: crash}\njudge:\n  - exits: {run: run}\n");
  const auto graded = run({"demo/first"});
  ASSERT_TRUE(graded);
  EXPECT_EQ(graded->report.labs[0].tasks[0].status, TaskStatus::crash);
  EXPECT_THAT(graded->report.labs[0].tasks[0].message, HasSubstr("the program crashed with SIGSEGV"));
}

TEST_F(Grade, WhatCannotBeObservedCostsNoPointsAndTheRestGoesOn) {
  put_task("first",
           "points: 2\ncollect: {does: unobserved}\njudge:\n  - equals: {fact: run.answer, value: 42}\n");
  put_task("second", "points: 2\njudge:\n  - equals: {fact: run.answer, value: 42}\n");
  const auto graded = run();
  ASSERT_TRUE(graded);
  EXPECT_EQ(graded->report.labs[0].tasks[0].status, TaskStatus::infra_error);
  EXPECT_EQ(graded->report.labs[0].tasks[1].status, TaskStatus::pass);
  EXPECT_TRUE(graded->report.provisional);
}

TEST_F(Grade, ALabThatCannotBePreparedIsStillReported) {
  put(student_ / "unprepared", "");
  const auto graded = run();
  ASSERT_TRUE(graded);
  EXPECT_EQ(graded->report.labs[0].tasks[0].status, TaskStatus::infra_error);
  EXPECT_THAT(graded->report.labs[0].tasks[0].message, HasSubstr("no machine for this lab"));
  EXPECT_EQ(graded->report.labs[0].tasks[2].status, TaskStatus::pending);
}

TEST_F(Grade, AnInterruptedRunLeavesTheOneBefore) {
  ASSERT_TRUE(run());
  const std::string before = get(out_ / "report.json");
  put_task("first",
           "points: 2\ncollect: {does: interrupt}\njudge:\n  - equals: {fact: run.answer, value: 42}\n");
  const auto graded = run();
  ASSERT_FALSE(graded);
  EXPECT_EQ(graded.error().kind, ErrorKind::interrupted);
  EXPECT_EQ(get(out_ / "report.json"), before);
  EXPECT_THAT(left_beside_the_target(), ElementsAre("ada"));
}

TEST_F(Grade, AStopBeforeTheFirstTaskLeavesNothing) {
  stop_.request_stop();
  const auto graded = run();
  ASSERT_FALSE(graded);
  EXPECT_EQ(graded.error().kind, ErrorKind::interrupted);
  EXPECT_THAT(left_beside_the_target(), IsEmpty());
}

TEST_F(Grade, MistakesOfCaseFilesComeFirst) {
  put_task("first", "points: 2\njudge:\n  - equal: {fact: run.answer, value: 42}\n");
  const auto graded = run();
  ASSERT_FALSE(graded);
  EXPECT_EQ(graded.error().kind, ErrorKind::case_file);
  EXPECT_THAT(graded.error().message, HasSubstr("first.yaml:6:"));
}

TEST_F(Grade, TheTargetMustBeARunOrFree) {
  put(out_ / "thesis.txt", "mine");
  const auto graded = run();
  ASSERT_FALSE(graded);
  EXPECT_EQ(graded.error().kind, ErrorKind::usage);
  EXPECT_EQ(get(out_ / "thesis.txt"), "mine");
}

TEST_F(Grade, TheTargetIsNeverInTheSubmission) {
  out_ = student_ / "results";
  const auto graded = run();
  ASSERT_FALSE(graded);
  EXPECT_THAT(graded.error().message, HasSubstr("apart from the student's directory"));
}

TEST_F(Grade, GradesThatCannotBeReadStopItBeforeAnythingIsRun) {
  ASSERT_TRUE(run());
  told_.clear();
  put(out_ / "marks.json", "{broken");
  ASSERT_FALSE(run());
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(Grade, WhatAKilledRunLeftGoes) {
  put(out_.parent_path() / ".ada.partial-999999999" / "evidence" / "run.json", "{}");
  ASSERT_TRUE(run());
  EXPECT_THAT(left_beside_the_target(), ElementsAre("ada"));
}

TEST_F(Grade, WhatWasAskedForAndIsNotThereIsANote) {
  put(root_ / "cases/other/lab.yaml", R"(schema: 1
lab: other
title: Another
points: 1
collector: fake
identify: other.txt
fake: {}
tasks: [only]
)");
  put(root_ / "cases/other/only.yaml", "schema: 1\ntask: only\ntitle: Only\npoints: 1\nmanual: true\n");
  const auto graded = run({"demo", "other"});
  ASSERT_TRUE(graded) << graded.error().text();
  EXPECT_THAT(graded->report.notes,
              ::testing::Contains("the lab 'other' was asked for and is not in the submission"));
  EXPECT_THAT(graded->report.notes, ::testing::Contains(HasSubstr("without a sandbox")));
}

}  // namespace
}  // namespace memgrade::grading
