#include <gmock/gmock.h>

#include <harness/model/checkoff.hpp>

namespace memgrade {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Placeholders, AreNamesInBraces) {
  EXPECT_THAT(placeholders("Line {line} of {file}: {1}"), ElementsAre("line", "file", "1"));
  EXPECT_THAT(placeholders("struct { int x; } {} {Line} {a b} {line"), IsEmpty());
  EXPECT_THAT(placeholders("{{line}}"), ElementsAre("line"));
}

TEST(FillIn, PutsInWhatIsKnownOnce) {
  EXPECT_EQ(fill_in("{a} {b} {c}", {{"a", "{b}"}, {"b", "2"}}), "{b} 2 {c}");
  EXPECT_EQ(fill_in("{a", {{"a", "1"}}), "{a");
  EXPECT_EQ(fill_in("", {}), "");
}

TEST(CheckoffSheet, HoldsTheReportsAndTheQuestionsOfEachLab) {
  CheckoffSheet sheet;
  sheet.run = "/runs/'a b'";
  sheet.student.id = "s001";
  sheet.score = 1;
  sheet.labs.resize(2);
  sheet.labs[0].report.lab = "ktest";
  sheet.labs[1].questions = {{"why?\xff", "a.c", 3, "x = 1;"}};
  const Json json = to_json(sheet);
  EXPECT_EQ(json["schema"], "memgrade/checkoff/v1");
  EXPECT_EQ(json["run"], "/runs/'a b'");
  EXPECT_EQ(json["report"]["schema"], kReportSchema);
  EXPECT_EQ(json["report"]["student"]["id"], "s001");
  EXPECT_EQ(json["report"]["labs"][0]["lab"], "ktest");
  EXPECT_THAT(json["questions"][0], IsEmpty());
  EXPECT_EQ(json["questions"][1][0]["text"], "why?\xEF\xBF\xBD");
  EXPECT_EQ(json["questions"][1][0]["line"], 3);
}

}  // namespace
}  // namespace memgrade
