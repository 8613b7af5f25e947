#include <gmock/gmock.h>

#include <harness/base/text.hpp>
#include <harness/report/wrap.hpp>

namespace memgrade::report {
namespace {

using ::testing::ElementsAre;

TEST(Wrap, BreaksAtSpacesAndKeepsSpacesInside) {
  EXPECT_THAT(wrap("one two  three", 9), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("a  b", 9), ElementsAre("a  b"));
  EXPECT_THAT(wrap("", 9), ElementsAre(""));
  EXPECT_THAT(wrap("a\nb", 9), ElementsAre("a", "b"));
}

TEST(Wrap, BreaksLongWordsAfterASeparator) {
  EXPECT_THAT(wrap("/usr/share/memgrade", 12), ElementsAre("/usr/share/", "memgrade"));
  EXPECT_THAT(wrap("xxxxxxxxxxyy", 10), ElementsAre("xxxxxxxxxx", "yy"));
}

TEST(Wrap, WideTextFillsTheLine) {
  EXPECT_THAT(wrap("解释你的页面", 5), ElementsAre("解释", "你的", "页面"));
}

TEST(Wrap, NeverExceedsTheColumnsOrLosesText) {
  const std::string text =
      "a页面b /usr/share/x/y/z ::set-output e\u0301e\u0301e\u0301 --long=word,word;word 页 x";
  for (std::size_t columns = 2; columns < 60; ++columns) {
    std::string together;
    for (const std::string& line : wrap(text, columns)) {
      EXPECT_LE(display_width(line), columns);
      together += line;
    }
    EXPECT_EQ(replace_all(together, " ", ""), replace_all(text, " ", ""));
  }
}

TEST(WrapVerbatim, KeepsSpacesAndExpandsTabs) {
  EXPECT_THAT(wrap_verbatim("  a\tb  c", 80), ElementsAre("  a     b  c"));
  EXPECT_THAT(wrap_verbatim("abcdef", 4), ElementsAre("abcd", "ef"));
  EXPECT_THAT(wrap_verbatim("", 4), ElementsAre(""));
}

TEST(WrapCommand, ContinuesWithABackslashOutsideQuotes) {
  EXPECT_THAT(wrap_command("./vm -n 256 'my file' x", 14), ElementsAre("./vm -n 256 \\", "'my file' x"));
  EXPECT_THAT(wrap_command("./vm", 14), ElementsAre("./vm"));
}

TEST(WrapCommand, NoLineBeginsLikeAWorkflowCommand) {
  EXPECT_THAT(wrap_command("./vm ::error::x", 12), ElementsAre("./vm \\", "''::error:", ":x"));
}

}  // namespace
}  // namespace memgrade::report
