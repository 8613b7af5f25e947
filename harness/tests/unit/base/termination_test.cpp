#include <gtest/gtest.h>

#include <harness/base/termination.hpp>

namespace memgrade {
namespace {

TEST(Termination, EveryWordReadsBackAsItsEnding) {
  for (int i = 0; i <= static_cast<int>(Termination::not_started); ++i) {
    const auto termination = static_cast<Termination>(i);
    EXPECT_EQ(termination_from(to_string(termination)), termination) << to_string(termination);
  }
  EXPECT_EQ(termination_from("crashed"), std::nullopt);
}

TEST(Termination, IsATimeoutOrACrashButNeverBoth) {
  EXPECT_TRUE(is_timeout(Termination::cpu_timeout));
  EXPECT_TRUE(is_crash(Termination::signaled));
  EXPECT_TRUE(is_crash(Termination::process_limit));
  for (const Termination termination : {Termination::exited, Termination::not_started}) {
    EXPECT_FALSE(is_timeout(termination));
    EXPECT_FALSE(is_crash(termination));
  }
  for (int i = 0; i <= static_cast<int>(Termination::not_started); ++i) {
    EXPECT_FALSE(is_timeout(static_cast<Termination>(i)) && is_crash(static_cast<Termination>(i)));
  }
}

}  // namespace
}  // namespace memgrade
