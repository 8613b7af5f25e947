#include <gtest/gtest.h>

#include <harness/base/control_sequence.hpp>

namespace memgrade {
namespace {

std::size_t whole(std::string_view text) {
  const ControlSequence found = control_sequence(text);
  return found.complete ? found.bytes : 0;
}
std::size_t open(std::string_view text) {
  const ControlSequence found = control_sequence(text);
  return found.complete ? 0 : found.bytes;
}

TEST(ControlSequence, EachKindEndsWhereItEnds) {
  EXPECT_EQ(whole("\x1b[1;31mred"), 7U);
  EXPECT_EQ(whole("\x1b[ qx"), 4U);
  EXPECT_EQ(whole("\x1b]0;title\ax"), 10U);
  EXPECT_EQ(whole("\x1b]0;title\x1b\\x"), 11U);
  EXPECT_EQ(whole("\x1bPdata\x1b\\"), 8U);
  EXPECT_EQ(whole("\x1b(Bx"), 3U);
  EXPECT_EQ(whole("\x1b"
                  "7x"),
            2U);
  EXPECT_TRUE(control_sequence("\x1b[m").is_csi);
  EXPECT_FALSE(control_sequence("\x1b"
                                "7")
                   .is_csi);
}

TEST(ControlSequence, AnOpenOneSwallowsNothingBehindItsLine) {
  EXPECT_EQ(open("\x1b"), 1U);
  EXPECT_EQ(open("\x1b[12"), 4U);
  EXPECT_EQ(open("\x1b[1\n2m"), 3U);
  EXPECT_EQ(open("\x1b]title\nnext\a"), 7U);
  EXPECT_EQ(open("\x1b]title\x1b[0m"), 7U);
  EXPECT_EQ(open("\x1b\n"), 1U);
}

TEST(ControlSequence, OtherTextIsNone) {
  for (const char* text : {"", "x", "[32m",
                           "\x9b"
                           "1m"})
    EXPECT_EQ(control_sequence(text).bytes, 0U) << text;
}

}  // namespace
}  // namespace memgrade
