// A person's mark in every report: seen, harmless, and what is for staff alone left out of the student's.
#include <gmock/gmock.h>

#include <harness/base/text.hpp>
#include <harness/report/report.hpp>
#include <harness/report/wording.hpp>
#include <harness/tests/unit/report/sample.hpp>

namespace memgrade::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ManualGrade late_grade() {
  return {0.5, "Ms Grace", "2026-01-02T03:04:05Z", true, "asked twice", "read about dirty bits", true};
}

// One marked task and nothing else.
Report marked_report(const ManualGrade& manual_grade, TaskStatus status = TaskStatus::partial) {
  Report report;
  report.student = {"s001", "Ada Example", {}, manual_grade.late};
  LabReport lab;
  lab.lab = "ktest";
  lab.title = "Kernel modules";
  lab.score = report.score = manual_grade.points;
  lab.max_score = report.max_score = 1;
  lab.tasks.push_back(testing::task("walk", "Explain the page table", status, manual_grade.points, 1));
  lab.tasks.back().manual_grade = manual_grade;
  report.labs.push_back(lab);
  return report;
}

std::vector<std::string> all_texts(const Report& report) {
  return {console(report, {}), markdown(report), junit(report), json(report)};
}

TEST(MarkLine, SaysWhoWhenAndLate) {
  EXPECT_EQ(grade_line(late_grade()), "marked by Ms Grace on 2026-01-02 at 03:04 UTC, late");
  ManualGrade manual_grade = late_grade();
  manual_grade.late = false;
  manual_grade.at = "some day";
  EXPECT_EQ(grade_line(manual_grade), "marked by Ms Grace on some day");
}

TEST(MarkRemarks, OnlyWhatThereIsToSay) {
  EXPECT_THAT(grade_remarks(late_grade()),
              ElementsAre(HasSubstr("older than the code"), "feedback: read about dirty bits",
                          "note, staff only: asked twice"));
  EXPECT_THAT(grade_remarks({1, "A", "", false, "", "", false}), IsEmpty());
}

TEST(ManualGrade, IsInEveryReport) {
  for (const TaskStatus status : {TaskStatus::partial, TaskStatus::pass, TaskStatus::fail}) {
    for (const std::string& text : all_texts(marked_report(late_grade(), status))) {
      EXPECT_THAT(text, HasSubstr("Ms Grace"));
      EXPECT_THAT(text, HasSubstr("2026-01-02"));
      EXPECT_THAT(text, HasSubstr("late"));
      EXPECT_THAT(text, HasSubstr("asked twice"));
      EXPECT_THAT(text, HasSubstr("read about dirty bits"));
      EXPECT_THAT(text, HasSubstr("older"));
    }
  }
}

TEST(ManualGrade, InJunitAFailedOneSaysWhoGaveIt) {
  EXPECT_THAT(
      junit(marked_report(late_grade())),
      HasSubstr(
          "<failure type=\"partial\" message=\"marked by Ms Grace on 2026-01-02 at 03:04 UTC, late\">"));
  EXPECT_THAT(junit(marked_report(late_grade(), TaskStatus::pass)), Not(HasSubstr("<failure")));
}

TEST(ManualGrade, ANoteIsForStaffAlone) {
  for (const std::string& text : all_texts(for_student(marked_report(late_grade())))) {
    EXPECT_THAT(text, Not(HasSubstr("asked twice")));
    EXPECT_THAT(text, Not(HasSubstr("staff only")));
    EXPECT_THAT(text, HasSubstr("read about dirty bits"));
  }
}

TEST(ManualGrade, HostileTextOfAPersonStaysText) {
  const std::string hostile = testing::kHostile + "\n::error::forged\n# heading\n| cell";
  const Report report = marked_report({0.5, hostile, hostile, true, hostile, hostile, true});
  const std::string terminal = console(report, {});
  EXPECT_EQ(printable(terminal), terminal);
  for (const std::string_view line : split_lines(terminal)) {
    EXPECT_LE(display_width(line), 80U) << line;
    EXPECT_FALSE(line.starts_with("::")) << line;
  }
  EXPECT_THAT(markdown(report), Not(HasSubstr("<script")));
  EXPECT_THAT(markdown(report), Not(HasSubstr("\n# heading")));
  EXPECT_THAT(markdown(report), Not(HasSubstr("@someone")));
  EXPECT_THAT(junit(report), Not(HasSubstr("<script")));
  EXPECT_TRUE(is_utf8(json(report)));
}

}  // namespace
}  // namespace memgrade::report
