// The history of marks on disk, which entry counts, and points as people type them.
#include <gmock/gmock.h>

#include <harness/grading/code.hpp>
#include <harness/tests/unit/grading/run_fixture.hpp>

namespace memgrade::grading {
namespace {

using ::testing::HasSubstr;

class ManualGrades : public testing::RunFixture {};

TEST_F(ManualGrades, EveryFieldComesBackAsItWent) {
  GradeEntry full = entry(0.5, "Ms Grace");
  full.of = 2;
  full.late = true;
  full.note = "asked \"twice\"\nand again";
  full.feedback = "页表";
  full.code = "abc";
  GradeEntry taken_back = entry(1, "Mr Bo");
  taken_back.points.reset();
  ASSERT_TRUE(store_grades(root_, {full, taken_back}));
  const auto read = load_grades(root_);
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_EQ(read->size(), 2U);
  const GradeEntry& one = (*read)[0];
  EXPECT_EQ(one.lab, "ktest");
  EXPECT_EQ(one.task, "walk");
  EXPECT_EQ(one.points, 0.5);
  EXPECT_EQ(one.of, 2);
  EXPECT_EQ(one.by, "Ms Grace");
  EXPECT_EQ(one.at, "2026-01-02T03:04:05Z");
  EXPECT_TRUE(one.late);
  EXPECT_EQ(one.note, full.note);
  EXPECT_EQ(one.feedback, full.feedback);
  EXPECT_EQ(one.code, "abc");
  EXPECT_FALSE((*read)[1].points);
}

TEST_F(ManualGrades, NoFileIsNoMarks) {
  const auto read = load_grades(root_);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST_F(ManualGrades, AFileThatCannotBeReadIsAnErrorAndNotNoMarks) {
  for (const char* text : {"", "{", "[]", "{\"schema\": \"memgrade/marks/v2\", \"marks\": []}",
                           "{\"schema\": \"memgrade/marks/v1\"}",
                           "{\"schema\": \"memgrade/marks/v1\", \"marks\": [{\"lab\": \"ktest\"}]}"}) {
    put(root_ / "marks.json", text);
    const auto read = load_grades(root_);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::io);
    EXPECT_THAT(read.error().text(), HasSubstr("marks.json"));
    EXPECT_EQ(get(root_ / "marks.json"), text);
  }
}

TEST_F(ManualGrades, TheLastEntryOfATaskCounts) {
  const GradeHistory history = {entry(0.5, "A"), entry(1, "B", "other"), entry(0, "C")};
  EXPECT_EQ(current_grade(history, "ktest", "walk")->by, "C");
  EXPECT_EQ(current_grade(history, "ktest", "other")->by, "B");
  EXPECT_EQ(current_grade(history, "vmsim", "walk"), nullptr);
  EXPECT_EQ(current_grade({}, "ktest", "walk"), nullptr);
}

TEST_F(ManualGrades, OneThatWasTakenBackCountsNoMore) {
  GradeHistory history = {entry(0.5, "A"), entry(0, "B")};
  history[1].points.reset();
  EXPECT_EQ(current_grade(history, "ktest", "walk"), nullptr);
  history.push_back(entry(1, "C"));
  EXPECT_EQ(current_grade(history, "ktest", "walk")->by, "C");
}

TEST_F(ManualGrades, TheCodeIsThatOfTheEvidence) {
  Code code;
  code.digest = "now";
  ASSERT_TRUE(store_code(root_, "ktest", code));
  const GivenGrades given = given_grades({entry(1, "A"), entry(1, "B", "other")}, root_);
  EXPECT_EQ(given.history.size(), 2U);
  EXPECT_EQ(given.code.at("ktest"), "now");
  EXPECT_EQ(given_grades({entry(1, "A")}, root_ / "none").code.at("ktest"), "");
}

TEST(ParsePoints, TakesWhatTheTaskCanEarn) {
  for (const auto& [text, points] : {std::pair("0", 0.0), std::pair("1", 1.0), std::pair("0.5", 0.5),
                                     std::pair("1.0", 1.0), std::pair(".25", 0.25)}) {
    const auto parsed = parse_points(text, 1);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().text();
    EXPECT_EQ(*parsed, points);
  }
  EXPECT_EQ(parse_points("0", 0), 0.0);
}

TEST(ParsePoints, RefusesTheRestAndSaysWhatWasTyped) {
  for (const char* text : {"", "nan", "NaN", "inf", "-inf", "-0.5", "-0", "+1", "1e0", "0x1", "1,5", "1 ",
                           " 1", "1.5.2", ".", "one", "1/2", "\x1b[31m1", "99999999999999999999999999"}) {
    const auto parsed = parse_points(text, 1);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
    EXPECT_EQ(parsed.error().message.find('\x1b'), std::string::npos);
  }
  EXPECT_THAT(parse_points("1.01", 1).error().message, HasSubstr("more than the task is worth (1)"));
  EXPECT_THAT(parse_points("1,5", 2).error().message, HasSubstr("like 0.5"));
}

}  // namespace
}  // namespace memgrade::grading
