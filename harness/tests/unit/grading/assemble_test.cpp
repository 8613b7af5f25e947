// Marks enter when a report is assembled: status, points and flags by them, and never where evidence judges.
#include <gmock/gmock.h>

#include <harness/grading/assemble.hpp>

namespace memgrade::grading {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Assemble : public ::testing::Test {
 protected:
  void SetUp() override {
    lab_.name = "ktest";
    lab_.tasks.resize(2);
    lab_.tasks[0].name = "vma";
    lab_.tasks[0].points = 1;
    lab_.tasks[1].name = "walk";
    lab_.tasks[1].points = 2;
    lab_.tasks[1].manual = true;
    reports_["vma"] = report_of("vma", TaskStatus::pass, 1, 1);
    reports_["walk"] = report_of("walk", TaskStatus::pending, 0, 2);
    given_.code["ktest"] = "code-1";
  }
  static TaskReport report_of(const std::string& name, TaskStatus status, double score, double max_score) {
    TaskReport report;
    report.task = report.title = name;
    report.status = status;
    report.score = score;
    report.max_score = max_score;
    return report;
  }
  void give(std::optional<double> points, bool late = false, const std::string& code = "code-1",
            const std::string& task = "walk", double of = 2) {
    given_.history.push_back(
        {"ktest", task, points, of, "Ms Grace", "2026-01-02T03:04:05Z", late, "n", "f", code});
  }
  Report assembled() {
    Report report = empty_report({});
    PlannedLab plan;
    plan.lab = "ktest";
    add_lab(report, lab_, plan, reports_, given_);
    return report;
  }
  TaskReport walk() { return assembled().labs.at(0).tasks.at(1); }

  Lab lab_;
  std::map<std::string, TaskReport> reports_;
  GivenGrades given_;
};

TEST_F(Assemble, WithoutAMarkATaskWaitsAndTheTotalMayChange) {
  const Report report = assembled();
  EXPECT_TRUE(report.provisional);
  EXPECT_EQ(report.score, 1);
  EXPECT_EQ(report.max_score, 3);
  EXPECT_EQ(report.labs[0].tasks[1].status, TaskStatus::pending);
  EXPECT_FALSE(report.labs[0].tasks[1].manual_grade);
}

TEST_F(Assemble, PointsMakeTheStatus) {
  for (const auto& [points, status] : {std::pair(2.0, TaskStatus::pass), std::pair(0.5, TaskStatus::partial),
                                       std::pair(0.0, TaskStatus::fail)}) {
    give(points);
    const Report report = assembled();
    EXPECT_EQ(report.labs[0].tasks[1].status, status);
    EXPECT_EQ(report.labs[0].tasks[1].score, points);
    EXPECT_EQ(report.labs[0].score, 1 + points);
    EXPECT_EQ(report.score, 1 + points);
    EXPECT_FALSE(report.provisional);
  }
}

TEST_F(Assemble, TheMarkIsInTheReport) {
  give(2);
  const ManualGrade manual_grade = walk().manual_grade.value();
  EXPECT_EQ(manual_grade.points, 2);
  EXPECT_EQ(manual_grade.by, "Ms Grace");
  EXPECT_EQ(manual_grade.at, "2026-01-02T03:04:05Z");
  EXPECT_EQ(manual_grade.note, "n");
  EXPECT_EQ(manual_grade.feedback, "f");
  EXPECT_FALSE(manual_grade.late);
  EXPECT_FALSE(manual_grade.older_than_code);
}

TEST_F(Assemble, LateCostsNothingAndShows) {
  give(2, true);
  const Report report = assembled();
  EXPECT_EQ(report.score, 3);
  EXPECT_TRUE(report.student.late);
  EXPECT_TRUE(report.labs[0].tasks[1].manual_grade->late);
  give(2, false);
  EXPECT_FALSE(assembled().student.late) << "only the mark that counts";
}

TEST_F(Assemble, OneThatWasTakenBackLeavesTheTaskWaiting) {
  give(2, true);
  give(std::nullopt);
  const Report report = assembled();
  EXPECT_EQ(report.labs[0].tasks[1].status, TaskStatus::pending);
  EXPECT_FALSE(report.student.late);
  EXPECT_TRUE(report.provisional);
}

TEST_F(Assemble, AMarkOfOtherCodeSaysSoAndCounts) {
  give(2, false, "code-0");
  EXPECT_TRUE(walk().manual_grade->older_than_code);
  EXPECT_EQ(walk().score, 2);
  give(2, false, "");
  EXPECT_FALSE(walk().manual_grade->older_than_code) << "nothing is known of what was marked";
  give(2, false, "code-0");
  given_.code.clear();
  EXPECT_FALSE(walk().manual_grade->older_than_code) << "nothing is known of the code now";
}

TEST_F(Assemble, AMarkStandsWhenTheTaskIsSkippedNow) {
  reports_["walk"].status = TaskStatus::skipped;
  reports_["walk"].message = "not run, because this needs \"Builds\"";
  give(1);
  EXPECT_EQ(walk().status, TaskStatus::partial);
  EXPECT_EQ(walk().message, "");
}

TEST_F(Assemble, WhatEvidenceJudgesNoPersonOverrides) {
  reports_["vma"] = report_of("vma", TaskStatus::fail, 0, 1);
  give(1, true, "", "vma", 1);
  const Report report = assembled();
  EXPECT_EQ(report.labs[0].tasks[0].status, TaskStatus::fail);
  EXPECT_EQ(report.score, 0);
  EXPECT_FALSE(report.student.late);
  EXPECT_THAT(report.labs[0].tasks[0].staff_notes, ElementsAre(HasSubstr("Ms Grace")));
}

TEST_F(Assemble, WhatCouldNotBeJudgedAPersonMarks) {
  reports_["vma"].status = TaskStatus::pending;
  reports_["vma"].score = 0;
  give(0.5, false, "code-1", "vma", 1);
  EXPECT_EQ(assembled().labs[0].tasks[0].status, TaskStatus::partial);
  EXPECT_EQ(assembled().score, 0.5);
}

TEST_F(Assemble, ATaskThatIsWorthLessNowEarnsNoMoreThanThatAndSaysSo) {
  lab_.tasks[1].points = reports_["walk"].max_score = 1;
  give(1.5);
  EXPECT_EQ(walk().score, 1);
  EXPECT_EQ(walk().status, TaskStatus::pass);
  EXPECT_THAT(walk().notes, Contains(HasSubstr("worth 2 points, not 1")));
}

TEST_F(Assemble, ATaskThatOnlyOthersNeedShowsItsMarkAndEarnsNothing) {
  lab_.tasks[1].points = reports_["walk"].max_score = 0;
  reports_["walk"].informational = true;
  give(1);
  EXPECT_EQ(walk().score, 0);
  EXPECT_EQ(walk().status, TaskStatus::partial);
  EXPECT_THAT(walk().notes, IsEmpty());
}

TEST_F(Assemble, MarksOfOtherLabsAndTasksChangeNothing) {
  give(2, true, "code-1", "gone");
  given_.history.push_back({"vmsim", "walk", 2, 2, "B", "", true, "", "", ""});
  const Report report = assembled();
  EXPECT_EQ(report.labs[0].tasks[1].status, TaskStatus::pending);
  EXPECT_FALSE(report.student.late);
}

}  // namespace
}  // namespace memgrade::grading
