#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <harness/collect/control.hpp>

namespace memgrade::collect {
namespace {

struct Work {
  BuildRecord record;
  std::vector<std::string> notes;
};

Work failed(std::string said, std::vector<Diagnostic> diagnostics = {}) {
  Work work;
  RunRecord step;
  step.command = "make";
  step.exit_status = 2;
  step.err.bytes = std::move(said);
  work.record.steps = {step};
  work.record.diagnostics = std::move(diagnostics);
  return work;
}

Work good() {
  Work work;
  work.record.succeeded = true;
  return work;
}

class BuildWithControl : public testing::Test {
 protected:
  Result<Work> build(std::vector<Work> results) {
    return build_with_control(
        [&]() -> Result<Work> { return results.at(static_cast<std::size_t>(builds_++)); }, known_good_, "/");
  }

  std::string control_says_;
  int builds_ = 0, controls_ = 0;
  KnownGood known_good_{[this]() -> Result<std::string> {
    ++controls_;
    return control_says_;
  }};
};

TEST_F(BuildWithControl, WhatGoesWellNeedsNone) {
  EXPECT_TRUE(build({good()})->record.succeeded);
  EXPECT_EQ(controls_, 0);
}

TEST_F(BuildWithControl, HostIsToBlameWhenKnownGoodWorkFails) {
  control_says_ = "gcc control.c ended with exit status 1: cc1: Killed";
  const auto result = build({failed("vm.c:1: error: x", {{"vm.c", 1, 1, "error", "x", ""}})});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::infrastructure);
  EXPECT_THAT(result.error().text(), testing::HasSubstr("cc1: Killed"));
}

TEST_F(BuildWithControl, ErrorInTheStudentsFileIsNotBuiltAgain) {
  const auto result = build({failed("vm.c:1: error: x", {{"vm.c", 1, 1, "error", "x", ""}})});
  EXPECT_FALSE(result->record.succeeded);
  EXPECT_EQ(builds_, 1);
  EXPECT_THAT(result->notes, testing::ElementsAre("the build failed; known-good work builds here"));
}

TEST_F(BuildWithControl, SecondAttemptCounts) {
  const auto result = build({failed("gcc: fatal error: Killed signal terminated program cc1"), good()});
  EXPECT_TRUE(result->record.succeeded);
  EXPECT_THAT(result->notes,
              testing::ElementsAre(testing::HasSubstr("Killed signal terminated program cc1")));
}

TEST_F(BuildWithControl, TwiceFailedIsTheStudents) {
  const auto result = build({failed("ld: undefined reference"), failed("ld: undefined reference")});
  EXPECT_FALSE(result->record.succeeded);
  EXPECT_EQ(builds_, 2);
  EXPECT_EQ(controls_, 1);
}

TEST_F(BuildWithControl, OneControlServesFailuresOfAMinute) {
  for (int i = 0; i < 3; ++i)
    std::ignore = build({failed("x"), failed("x"), failed("x"), failed("x"), failed("x"), failed("x")});
  EXPECT_EQ(controls_, 1);
}

TEST_F(BuildWithControl, FullDiskIsNoErrorInALine) {
  const auto result =
      build({failed("", {{"vm.c", 9, 1, "error", "error writing to /tmp/a.s: No space left on device", ""}}),
             good()});
  EXPECT_TRUE(result->record.succeeded);
}

TEST_F(BuildWithControl, MissingFilesNeedNone) {
  EXPECT_FALSE(build({Work{}})->record.succeeded);
  EXPECT_EQ(controls_, 0);
}

TEST(LackOfRoom, IsSaidInWords) {
  EXPECT_THAT(lack_of_room("/proc/self"), testing::HasSubstr("0 MB are free"));
}

}  // namespace
}  // namespace memgrade::collect
