#include <gtest/gtest.h>
#include <harness/collect/riscv_kernel/console_text.hpp>
#include <harness/collect/riscv_kernel/end_condition.hpp>

#include <optional>
#include <string>

namespace memgrade::collect {
namespace {

using namespace std::string_literals;

TEST(PlainConsole, NulsAndColoursGo) {
  EXPECT_EQ(plain_console("[PID = \0001] Process\n"s), "[PID = 1] Process\n");
  EXPECT_EQ(plain_console("\x1b[32m[CHECK] unmap OK\x1b[0m\n"), "[CHECK] unmap OK\n");
  EXPECT_EQ(plain_console("\x1b[1;31;40mred\x1b[K"), "red");
  EXPECT_EQ(plain_console("\x1b\0[3\0002mred\n"s), "red\n") << "a NUL inside a sequence";
}

TEST(PlainConsole, OnlyReturnsBeforeALinesEndGo) {
  EXPECT_EQ(plain_console("one\r\r\ntwo\rthree\r"), "one\ntwo\rthree");
}

TEST(PlainConsole, WhatIsNoSequenceStays) {
  for (const std::string text : {"\x1b[", "\x1b[12", "\x1b[1\n2m", "\x1b", "\x1b]0;title\a", "[32m"})
    EXPECT_EQ(plain_console(text), text);
}

const Json kSettings = {{"last_line", "ticks: \\d+"},
                        {"endless", {{"line", "Page fault! epc = \\w+, stval = \\w+"}, {"times", 3}}}};
constexpr const char* kFault = "Page fault! epc = 0x100, stval = 0x1000";

TEST(KernelWatch, EndsAfterTheLastLine) {
  const vm::LineWatch watch = watch_of(kSettings);
  EXPECT_FALSE(watch("test end"));
  EXPECT_FALSE(watch("no ticks: 50"));
  EXPECT_TRUE(watch("ticks: \0"s + "50\x1b[0m"));
}

TEST(KernelWatch, TheSameFaultAgainAndAgainEndsIt) {
  const vm::LineWatch watch = watch_of(kSettings);
  EXPECT_FALSE(watch(kFault));
  EXPECT_FALSE(watch("Permission denied!")) << "whatever stands between";
  EXPECT_FALSE(watch(kFault));
  const std::optional<std::string> reason = watch(kFault);
  ASSERT_TRUE(reason);
  EXPECT_TRUE(reason->starts_with(endless_fault));
  EXPECT_NE(reason->find("stval = 0x1000"), std::string::npos);
}

TEST(KernelWatch, AnotherFaultBetweenIsProgress) {
  const vm::LineWatch watch = watch_of(kSettings);
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(watch(kFault));
    EXPECT_FALSE(watch("Page fault! epc = 0x104, stval = 0x1000"));
  }
}

TEST(KernelWatch, WithoutSettingsNothingEndsIt) {
  const vm::LineWatch watch = watch_of(Json::object());
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(watch(kFault));
}

}  // namespace
}  // namespace memgrade::collect
