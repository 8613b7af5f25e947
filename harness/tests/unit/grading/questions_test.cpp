// Questions of a student's own: from the source, from failures, the same for the same student.
#include <gmock/gmock.h>

#include <harness/grading/questions.hpp>
#include <set>

namespace memgrade::grading {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kSource =
    "#include <linux/mm.h>\n"                            // 1
    "\n"                                                 // 2
    "/* mmap_read_lock(mm) in a comment */\n"            // 3
    "static void scan(struct mm_struct *mm)\n"           // 4
    "{\n"                                                // 5
    "\tmmap_read_lock(mm);\n"                            // 6
    "\tfor (vma = mm->mmap; vma; vma = vma->vm_next)\n"  // 7
    "\t\tpage = follow_page(vma, address, FOLL_GET);\n"  // 8
    "\tmmap_read_unlock(mm); // mmap_read_lock again\n"  // 9
    "\tprintk(\"/* follow_page( */\");\n"                // 10
    "}\n";                                               // 11

class Questions : public ::testing::Test {
 protected:
  void SetUp() override {
    lab_.name = "ktest";
    lab_.most_questions = 8;
    files_["ktest.c"] = kSource;
  }
  void when(const std::string& match, const std::string& ask, const std::string& unless = "") {
    lab_.question_rules.push_back({match, unless, "", "", ask});
  }
  void failed(const std::string& task, const std::string& ask, const std::string& check = "") {
    lab_.question_rules.push_back({"", "", task, check, ask});
  }
  // A task with one passed check and these that did not.
  TaskReport& add_task(const std::string& name, TaskStatus status, const std::vector<std::string>& wrong) {
    TaskReport task;
    task.task = name;
    task.title = "Task " + name;
    task.status = status;
    task.checks.emplace_back();
    task.checks.back().title = "fine";
    task.checks.back().passed = true;
    for (const std::string& title : wrong) {
      CheckReport check;
      check.title = title;
      check.expected = "39";
      check.observed = "41";
      check.message = title + " is off.";
      task.checks.push_back(check);
    }
    report_.tasks.push_back(task);
    return report_.tasks.back();
  }
  std::vector<Question> ask(const std::string& student = "110550001") {
    return questions_for(lab_, {report_, files_, student});
  }
  std::vector<std::string> texts(const std::string& student = "110550001") {
    std::vector<std::string> all;
    for (const Question& question : ask(student)) all.push_back(question.text);
    return all;
  }

  Lab lab_;
  LabReport report_;
  std::map<std::string, std::string> files_;
};

TEST_F(Questions, ALineOfTheSourceIsAskedAboutWithItsPlace) {
  when("mmap_read_lock", "Line {line} of {file} takes the lock: {code}");
  const auto questions = ask();
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_EQ(questions[0].text, "Line 6 of ktest.c takes the lock: mmap_read_lock(mm);");
  EXPECT_EQ(questions[0].file, "ktest.c");
  EXPECT_EQ(questions[0].line, 6);
  EXPECT_EQ(questions[0].code, "mmap_read_lock(mm);");
}

TEST_F(Questions, GroupsOfTheExpressionArePutIn) {
  when(R"(follow_page\s*\(\s*(\w+),\s*(\w+))", "{1}, {2}, {line}");
  EXPECT_THAT(texts(), ElementsAre("vma, address, 8"));
}

TEST_F(Questions, WhatIsPutInIsNotLookedAtAgain) {
  files_["ktest.c"] = "f(\"{line}{file}\");\n";
  when("f\\(", "{code} {line} {nothing}");
  EXPECT_THAT(texts(), ElementsAre("f(\"{line}{file}\"); 1 {nothing}"));
}

TEST_F(Questions, CommentsAndStringsAreNotAskedAbout) {
  when("follow_page\\( \\*/", "c");
  when("in a comment", "a");
  when("again", "b");
  when("printk\\(.*;", "a comment does not begin in a string: {line}");
  EXPECT_THAT(texts(), ElementsAre("a comment does not begin in a string: 10"));
}

TEST_F(Questions, UnlessAnyLineMatches) {
  when("FOLL_GET", "Who gives the page back?", "put_page");
  EXPECT_THAT(texts(), SizeIs(1));
  files_["other.c"] = "put_page(page);\n";
  EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(Questions, OnlySourceFilesAreLookedAt) {
  files_ = {{"Makefile", "lock\n"}, {"notes.txt", "lock\n"}, {"a.h", "lock\n"}};
  when("lock", "{file}");
  EXPECT_THAT(texts(), ElementsAre("a.h"));
}

TEST_F(Questions, OnlyWhatAStudentWritesIsLookedAtWhereTheLabSaysSo) {
  files_ = {{"kernel/trap.c", "lock\n"}, {"kernel/mm.c", "lock\n"}, {"mm.c", "lock\n"}};
  lab_.question_sources = {"trap.c", "kernel/m*.c"};
  std::set<std::string> seen;
  when("lock", "{file}");
  for (int i = 0; i < 20; ++i) seen.insert(texts("student-" + std::to_string(i)).at(0));
  EXPECT_THAT(seen, ElementsAre("kernel/mm.c", "kernel/trap.c"));
}

TEST_F(Questions, StudentsAreAskedAboutDifferentLinesAndEachAlwaysAboutTheSame) {
  std::string source;
  for (int i = 0; i < 50; ++i) source += "lock();\n";
  files_["ktest.c"] = source;
  when("lock", "{line}");
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const std::string student = "student-" + std::to_string(i);
    EXPECT_EQ(texts(student), texts(student));
    seen.insert(texts(student).at(0));
  }
  EXPECT_GT(seen.size(), 10U);
}

TEST_F(Questions, StudentsGetDifferentRulesAndNeverMoreThanTheMost) {
  lab_.most_questions = 3;
  for (int i = 0; i < 12; ++i) when("mmap_read_lock", "rule " + std::to_string(i));
  std::set<std::vector<std::string>> seen;
  for (int i = 0; i < 20; ++i) {
    const auto all = texts("student-" + std::to_string(i));
    EXPECT_THAT(all, SizeIs(3));
    seen.insert(all);
  }
  EXPECT_GT(seen.size(), 10U);
  lab_.most_questions = 0;
  EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(Questions, ThoseFromTheSourceStandInTheOrderOfTheSource) {
  when("follow_page\\(vma", "{line}");
  when("struct mm_struct", "{line}");
  when("mmap_read_unlock", "{line}");
  EXPECT_THAT(texts(), ElementsAre("4", "8", "9"));
}

TEST_F(Questions, AFailureIsAskedAboutByItsRule) {
  add_task("func3", TaskStatus::partial, {"pages", "frames"});
  failed("func3", "{task}: {check}: {observed}, not {expected}. {message}!", "frames");
  failed("func3", "never asked", "fine");
  failed("func4", "never asked");
  EXPECT_THAT(texts(), ElementsAre("Task func3: frames: 41, not 39. frames is off!"));
}

TEST_F(Questions, AFailureWithoutARuleIsAskedAboutInPlainWords) {
  add_task("func1", TaskStatus::fail, {"count", "rest"});
  add_task("func2", TaskStatus::crash, {}).message = "The module died in line 12.";
  add_task("func3", TaskStatus::fail, {"frames"}).checks[1].hint = "mask the flags.";
  EXPECT_THAT(texts(),
              ElementsAre(AllOf(HasSubstr("Task func1: count is 41, expected 39"), Not(HasSubstr("rest"))),
                          HasSubstr("The module died in line 12. What did"),
                          HasSubstr("frames is 41, expected 39. The hint is \"mask the flags\": where")));
}

TEST_F(Questions, WhatPassedWaitsOrWasMarkedIsNoFailure) {
  add_task("a", TaskStatus::pass, {"not counted"});
  add_task("b", TaskStatus::pending, {});
  add_task("c", TaskStatus::skipped, {}).message = "needs a";
  add_task("d", TaskStatus::infra_error, {}).message = "no QEMU";
  add_task("e", TaskStatus::fail, {}).manual_grade = ManualGrade{};
  EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(Questions, FailuresTakeHalfOfThePlacesOrMoreWhenTheSourceGivesLess) {
  lab_.most_questions = 4;
  for (int i = 0; i < 5; ++i) add_task("t" + std::to_string(i), TaskStatus::fail, {"x"});
  EXPECT_THAT(texts(), SizeIs(4));
  for (int i = 0; i < 5; ++i) when("mmap_read_lock", "source " + std::to_string(i));
  const auto all = texts();
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_THAT(all[1], HasSubstr("Task t1"));
  EXPECT_THAT(all[2], HasSubstr("source"));
}

TEST_F(Questions, HostileTextIsCutAndHarmless) {
  files_["ktest.c"] = "lock(\"\x1b[31m" + std::string(10'000, 'x') + "\");\n";
  when("lock\\((.*)", "{code} {1}");
  add_task("func1", TaskStatus::fail, {std::string(5000, 'y')});
  for (const Question& question : ask()) {
    EXPECT_LE(question.text.size(), 410U);
    EXPECT_LE(question.code.size(), 110U);
    EXPECT_EQ(question.text.find('\x1b'), std::string::npos);
    EXPECT_EQ(question.code.find('\x1b'), std::string::npos);
  }
}

}  // namespace
}  // namespace memgrade::grading
