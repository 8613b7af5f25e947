#include <gtest/gtest.h>

#include <harness/base/c_text.hpp>
#include <harness/base/student_markers.hpp>

namespace memgrade {
namespace {

TEST(CodeAlone, LinesAndColumnsStay) {
  EXPECT_EQ(code_alone("a/*b*/c//d\ne"), "a     c   \ne");
  EXPECT_EQ(code_alone("/*\r\nx*/y"), "  \r\n   y");
  EXPECT_EQ(code_alone("\"//\" '\"' /**/ \"\\\"//\""), "\"  \" ' '      \"    \"");
  EXPECT_EQ(code_alone("'\n// x"), "'\n    ");
  EXPECT_EQ(code_alone("/* never closed"), std::string(15, ' '));
  EXPECT_EQ(code_alone("\"\\"), "\" ");
  EXPECT_EQ(code_alone("\"a\\\nb\""), "\"  \n \"");
  EXPECT_EQ(code_alone("a / b"), "a / b");
  EXPECT_EQ(code_alone(""), "");
}

TEST(CodeAlone, ALineCommentGoesOnBehindABackslash) {
  EXPECT_EQ(code_alone("a // b \\\nc\nd"), "a       \n \nd");
  EXPECT_EQ(code_alone("a // b \\\r\nc\nd"), "a       \r\n \nd");
}

TEST(StudentMarker, IsACommentOfItsOwn) {
  const auto begin = student_marker("  /* STUDENT BEGIN(func3) */");
  ASSERT_TRUE(begin);
  EXPECT_TRUE(begin->begins);
  EXPECT_EQ(begin->part, "func3");
  for (const char* line : {"// STUDENT END", "# STUDENT END", "\t/* STUDENT END */\r", "} // STUDENT END"}) {
    const auto end = student_marker(line);
    ASSERT_TRUE(end) << line;
    EXPECT_FALSE(end->begins) << line;
  }
  for (const char* line :
       {"STUDENT END", "// between STUDENT BEGIN(a) and STUDENT END", "x # STUDENT END", ""})
    EXPECT_FALSE(student_marker(line)) << line;
}

}  // namespace
}  // namespace memgrade
