#include <gmock/gmock.h>
#include <harness/collect/edits.hpp>

namespace memgrade::collect {
namespace {

using ::testing::ElementsAre;

Edit output_edit() {
  return {"output", R"(#define\s+OUTPUT_FILE\s+".*")", R"(#define OUTPUT_FILE "{output}")", "a path of ours"};
}

TEST(Edits, ReplacesEachMatchAndKeepsTheNumberOfLines) {
  const auto edited = apply_edits("a\n#define OUTPUT_FILE \"/home/x/r.txt\"\nb\r\n", {output_edit()},
                                  {{"output", "/tmp/r.txt"}});
  ASSERT_TRUE(edited) << edited.error().message;
  EXPECT_EQ(edited->text, "a\n#define OUTPUT_FILE \"/tmp/r.txt\"\nb\n");
  ASSERT_EQ(edited->made.size(), 1U);
  EXPECT_THAT(edited->made[0].lines, ElementsAre(2));
  EXPECT_EQ(describe_edit("k.c", edited->made[0]), "edited by us: k.c:2: output (a path of ours)");
}

TEST(Edits, WhatFindsNoPlaceIsNotReportedAndChangesNoByte) {
  const auto edited = apply_edits("a\r\nb", {output_edit()}, {{"output", "x"}});
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->text, "a\r\nb");
  EXPECT_TRUE(edited->made.empty());
}

TEST(Edits, GroupsAndValuesWithBackslashesStayApart) {
  const auto edited = apply_edits("f(1)\n", {{"e", R"(f\((\d)\))", R"(g(\1, "{v}"))", ""}}, {{"v", "\\2"}});
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->text, "g(1, \"\\2\")\n");
}

TEST(Edits, AValueMayHaveAFormBehindAColon) {
  const auto edited = apply_edits("p = 0x1;\n", {{"e", R"(0x\w+)", "{symbol:follow_page}", ""}},
                                  {{"symbol:follow_page", "0xffffffff81000000"}});
  ASSERT_TRUE(edited) << edited.error().message;
  EXPECT_EQ(edited->text, "p = 0xffffffff81000000;\n");
}

TEST(Edits, MissingValueAndBadPatternAreErrorsThatNameTheEdit) {
  const std::string line = "#define OUTPUT_FILE \"x\"\n";
  EXPECT_EQ(apply_edits(line, {output_edit()}, Json::object()).error().where, "edit output");
  EXPECT_TRUE(apply_edits("no such line", {output_edit()}, Json::object()));
  EXPECT_EQ(apply_edits("x", {{"bad", "(", "", ""}}, Json::object()).error().where, "edit bad");
}

}  // namespace
}  // namespace memgrade::collect
