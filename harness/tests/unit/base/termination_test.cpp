#include <gtest/gtest.h>

#include <harness/base/termination.hpp>

namespace memgrade {
namespace {

TEST(Ending, EveryWordReadsBackAsItsEnding) {
  for (int i = 0; i <= static_cast<int>(Ending::not_started); ++i) {
    const auto ending = static_cast<Ending>(i);
    EXPECT_EQ(ending_from(to_string(ending)), ending) << to_string(ending);
  }
  EXPECT_EQ(ending_from("crashed"), std::nullopt);
}

TEST(Ending, IsATimeoutOrACrashButNeverBoth) {
  EXPECT_TRUE(is_timeout(Ending::cpu_timeout));
  EXPECT_TRUE(is_crash(Ending::signaled));
  EXPECT_TRUE(is_crash(Ending::process_limit));
  for (const Ending ending : {Ending::exited, Ending::not_started}) {
    EXPECT_FALSE(is_timeout(ending));
    EXPECT_FALSE(is_crash(ending));
  }
  for (int i = 0; i <= static_cast<int>(Ending::not_started); ++i) {
    EXPECT_FALSE(is_timeout(static_cast<Ending>(i)) && is_crash(static_cast<Ending>(i)));
  }
}

}  // namespace
}  // namespace memgrade
