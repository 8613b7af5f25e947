// A new run takes the place of an old one; no mark is lost, whoever else is at work.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <harness/grading/publish.hpp>
#include <harness/tests/unit/grading/run_fixture.hpp>
#include <thread>

namespace memgrade::grading {
namespace {

using ::testing::HasSubstr;

class Publish : public testing::RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    target_ = root_ / "out" / "ada";
    fs::create_directories(target_.parent_path());
  }
  fs::path fresh(const std::string& content) {
    return make_run(root_ / "out" / (".fresh-" + content), content);
  }
  // Publishes and remembers the marks that the reports were written with.
  Status publish_as(const std::string& content) {
    return publish(fresh(content), target_, [this](const GradeHistory& grades) {
      seen_ = grades;
      return Status{};
    });
  }
  std::string content() const { return get(target_ / "content"); }
  std::size_t grades() const { return load_grades(target_)->size(); }

  fs::path target_;
  GradeHistory seen_;
};

TEST_F(Publish, TakesTheFreePlace) {
  ASSERT_TRUE(publish_as("one"));
  EXPECT_EQ(content(), "one");
  EXPECT_TRUE(seen_.empty());
  EXPECT_FALSE(fs::exists(target_ / "marks.json"));
}

TEST_F(Publish, TakesTheFreePlaceOfAnEmptyDirectory) {
  fs::create_directories(target_);
  ASSERT_TRUE(publish_as("one"));
  EXPECT_EQ(content(), "one");
}

TEST_F(Publish, CarriesTheMarksOverAndGivesThemToTheReports) {
  ASSERT_TRUE(publish_as("one"));
  ASSERT_TRUE(store_grades(target_, {entry(0.5, "A"), entry(1, "B")}));
  ASSERT_TRUE(publish_as("two"));
  EXPECT_EQ(content(), "two");
  EXPECT_EQ(grades(), 2U);
  EXPECT_EQ(seen_.size(), 2U);
}

TEST_F(Publish, MarksThatCannotBeReadStopItAndStay) {
  ASSERT_TRUE(publish_as("one"));
  put(target_ / "marks.json", "{broken");
  EXPECT_FALSE(publish_as("two"));
  EXPECT_EQ(content(), "one");
  EXPECT_EQ(get(target_ / "marks.json"), "{broken");
}

TEST_F(Publish, ReportsThatCannotBeWrittenLeaveTheOldRun) {
  ASSERT_TRUE(publish_as("one"));
  ASSERT_TRUE(store_grades(target_, {entry(1, "A")}));
  const Status failed = publish(
      fresh("two"), target_, [](const GradeHistory&) -> Status { return fail(ErrorKind::io, "disk full"); });
  ASSERT_FALSE(failed);
  EXPECT_EQ(content(), "one");
  EXPECT_EQ(grades(), 1U);
}

TEST_F(Publish, AProcessThatIsKilledWhileItPublishesLosesNoMark) {
  ASSERT_TRUE(publish_as("one"));
  ASSERT_TRUE(store_grades(target_, {entry(1, "A")}));
  const fs::path second = fresh("two");
  const pid_t child = fork();
  if (child == 0) {
    std::ignore = publish(second, target_, [](const GradeHistory&) -> Status {
      kill(getpid(), SIGKILL);
      return {};
    });
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(content(), "one");
  EXPECT_EQ(grades(), 1U);
  // Its lock went with it.
  ASSERT_TRUE(publish_as("three"));
  EXPECT_EQ(content(), "three");
  EXPECT_EQ(grades(), 1U);
}

// One thread replaces the run all the time, others add marks as `mark` does: read, add, write under the lock.
TEST_F(Publish, NoMarkIsLostWhenRunsAreReplacedMeanwhile) {
  ASSERT_TRUE(publish_as("start"));
  constexpr int kMarkers = 3;
  constexpr int kMarks = 40;
  std::atomic<int> working = kMarkers;
  std::atomic<int> failures = 0;
  std::vector<std::jthread> threads;
  for (int marker = 0; marker < kMarkers; ++marker) {
    threads.emplace_back([&, marker] {
      for (int i = 0; i < kMarks; ++i) {
        const auto lock = RunLock::take(target_);
        auto history = lock ? load_grades(target_) : Result<GradeHistory>(std::unexpected(lock.error()));
        if (!history) {
          ++failures;
          continue;
        }
        history->push_back(entry(1, std::to_string(marker) + "-" + std::to_string(i)));
        if (!store_grades(target_, *history)) ++failures;
      }
      --working;
    });
  }
  int replaced = 0;
  while (working > 0 || replaced < 5) {
    const std::string name = std::to_string(replaced++);
    ASSERT_TRUE(publish(make_run(root_ / "out" / (".fresh-" + name), name), target_,
                        [](const GradeHistory&) { return Status{}; }));
  }
  threads.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(grades(), static_cast<std::size_t>(kMarkers * kMarks));
}

TEST_F(Publish, WaitsForTheLockAndSaysWhoHoldsIt) {
  ASSERT_TRUE(publish_as("one"));
  const auto held = RunLock::take(target_);
  ASSERT_TRUE(held);
  const auto second = RunLock::take(target_, 0.05);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text(), HasSubstr("ada/.lock"));
  EXPECT_THAT(second.error().text(), HasSubstr(std::to_string(getpid())));
}

TEST_F(Publish, ALockOfNothingIsNothingFound) {
  const auto lock = RunLock::take(root_ / "none");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().kind, ErrorKind::nothing_found);
}

// What a kill leaves on a file system that cannot exchange: the old run under another name.
TEST_F(Publish, AnOldRunThatWasPutAsideComesBackWithItsMarks) {
  const fs::path aside = target_.string() + ".old";
  make_run(aside, "one");
  ASSERT_TRUE(store_grades(aside, {entry(1, "A")}));
  ASSERT_TRUE(publish_as("two"));
  EXPECT_EQ(content(), "two");
  EXPECT_EQ(grades(), 1U);
  EXPECT_FALSE(fs::exists(aside));
}

TEST_F(Publish, WhatStandsAsideIsLeftWhenTheRunIsThere) {
  ASSERT_TRUE(publish_as("one"));
  make_run(target_.string() + ".old", "older");
  recover_interrupted(target_);
  EXPECT_EQ(content(), "one");
}

}  // namespace
}  // namespace memgrade::grading
