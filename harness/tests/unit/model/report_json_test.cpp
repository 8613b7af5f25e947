#include <gmock/gmock.h>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>

namespace memgrade {
namespace {

Report full_report() {
  CheckReport open;
  open.checker = "near";
  open.title = "VMAs";
  open.passed = true;
  open.fraction = 1;
  open.weight = 2;
  open.expected = "39 ± 8";
  open.observed = "41";
  open.message = "as it should be";
  open.detail = "a\nb";
  open.hint = "look";
  CheckReport secret = open;
  secret.passed = false;
  secret.fraction = 0.25;
  secret.gate = true;
  secret.cap = 0.5;
  secret.title = "SECRET";
  secret.visibility = Visibility::staff;
  TaskReport task;
  task.task = "func1-vma";
  task.title = "Count the VMAs";
  task.status = TaskStatus::partial;
  task.score = 0.5;
  task.max_score = 1;
  task.informational = true;
  task.message = "m";
  task.checks = {open, secret};
  task.notes = {"a note"};
  task.staff_notes = {"SECRET run"};
  task.commands = {"./vm"};
  task.diagnostics = {{"vm.c", 1, 2, "error", "bad", "-Wbad"}};
  task.questions = {"why?"};
  task.evidence = "evidence/ktest/func1-vma/SECRET";
  TaskReport plain = task;
  plain.checks = {open};
  plain.evidence = "evidence/plain";
  plain.manual_grade =
      ManualGrade{0.5, "Ms Ada", "2026-01-02T03:04:05Z", true, "SECRET of a TA", "explain the TLB", true};
  Report report;
  report.student = {"110550001", "A B", {{"110550001", "A B", 0.5}, {"110550002", "C", 0.5}}, true};
  report.score = 0.5;
  report.max_score = 1;
  report.provisional = true;
  report.labs = {{"ktest", "Pages", 0.5, 1, "lab1", {"lab note"}, {task, plain}}};
  report.notes = {"report note"};
  report.environment = {{"compiler", "gcc"}};
  report.timing = {{"wall_s", 1.5}};
  return report;
}

// The keys that other tools read.
TEST(ReportJson, HasTheShapeOfTheFormat) {
  const Json json = to_json(full_report());
  EXPECT_EQ(json["schema"], "memgrade/report/v1");
  const Json& task = json["labs"][0]["tasks"][0];
  for (const char* key : {"task", "title", "status", "score", "max_score", "checks", "evidence"})
    EXPECT_TRUE(task.contains(key)) << key;
  const Json& check = task["checks"][0];
  EXPECT_EQ(check["check"], "near");
  EXPECT_EQ(check["status"], "pass");
  EXPECT_EQ(task["checks"][1]["status"], "partial");
  EXPECT_EQ(check["visibility"], "visible");
  std::vector<std::string> top;
  for (const auto& [key, value] : json.items()) top.push_back(key);
  EXPECT_THAT(top, testing::ElementsAre("schema", "student", "score", "max_score", "provisional", "labs",
                                        "notes", "environment", "timing"));
}

TEST(ReportJson, BytesThatAreNotUtf8DoNotBreakIt) {
  Report report = full_report();
  report.labs[0].tasks[0].checks[0].observed = "\xff\xfe";
  EXPECT_EQ(to_json(report)["labs"][0]["tasks"][0]["checks"][0]["observed"], "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ForStudent, NothingThatStaffRowsSayIsLeft) {
  const Report before = full_report();
  const Report after = for_student(before);
  EXPECT_EQ(dump_json(to_json(after)).find("SECRET"), std::string::npos);
  EXPECT_EQ(after.labs[0].tasks[0].checks.size(), 1U);
  EXPECT_EQ(after.labs[0].tasks[0].score, before.labs[0].tasks[0].score);
  EXPECT_EQ(after.score, before.score);
  EXPECT_EQ(after.labs[0].tasks[1].evidence, "evidence/plain");
  EXPECT_EQ(after.labs[0].tasks[1].manual_grade.value().feedback, "explain the TLB");
  EXPECT_EQ(after.labs[0].tasks[1].manual_grade.value().points, 0.5);
}

TEST(Status, EveryWordComesBack) {
  for (int i = 0; i <= static_cast<int>(TaskStatus::infra_error); ++i) {
    const auto status = static_cast<TaskStatus>(i);
    EXPECT_EQ(task_status_from(to_string(status)), status);
  }
  EXPECT_EQ(task_status_from("passed"), std::nullopt);
  EXPECT_EQ(to_string(Visibility::staff), "staff");
  EXPECT_EQ(to_string(Visibility::visible), "visible");
}

TEST(FindTask, ByName) {
  Lab lab;
  lab.tasks.resize(2);
  lab.tasks[1].name = "b";
  EXPECT_EQ(find_task(lab, "b"), &lab.tasks[1]);
  EXPECT_EQ(find_task(lab, "c"), nullptr);
}

}  // namespace
}  // namespace memgrade
