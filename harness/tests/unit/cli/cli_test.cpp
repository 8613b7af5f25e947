// The command line as it is typed, with a lab whose collector starts no process.
#include <gmock/gmock.h>

#include <harness/cli/cli.hpp>
#include <harness/tests/unit/fake_lab.hpp>

namespace memgrade::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Cli : public memgrade::testing::FakeLab {
 protected:
  void SetUp() override {
    FakeLab::SetUp();
    // The pages are made by the package that stands in the sources.
    fs::create_directory_symlink(fs::path(MEMGRADE_SOURCE_DIR) / "reports/memgrade_reports",
                                 root_ / "reports/memgrade_reports");
    out_ = scratch_->path() / "out";
  }
  int call(std::vector<std::string> words) {
    words.insert(words.begin(), "grade");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = run(static_cast<int>(argv.size()), argv.data());
    std::fflush(nullptr);
    printed_ = ::testing::internal::GetCapturedStdout();
    said_ = ::testing::internal::GetCapturedStderr();
    return code;
  }
  int grade(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"--student", student_, "--out", out_, "--no-sandbox"};
    words.insert(words.end(), more.begin(), more.end());
    return call(words);
  }

  fs::path out_;
  std::string printed_, said_;
};

TEST_F(Cli, GradesAndSaysWhereTheReportsAre) {
  EXPECT_EQ(grade(), kGraded) << said_;
  EXPECT_THAT(printed_, AllOf(HasSubstr("The task second"), HasSubstr("report.html")));
  EXPECT_THAT(said_, HasSubstr("[1/3] demo/"));
  EXPECT_TRUE(fs::exists(out_ / "report.html"));
}

TEST_F(Cli, PrintsTheRecordAndNothingElse) {
  EXPECT_EQ(grade({"--json", "--quiet"}), kGraded);
  const auto record = parse_json(printed_);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->at("score"), 3.5);
  EXPECT_EQ(said_, "");
}

TEST_F(Cli, WhatTheStudentMaySeeIsNotWhatStaffSees) {
  EXPECT_EQ(grade({"-v"}), kGraded);
  EXPECT_THAT(printed_, HasSubstr("a secret"));
  EXPECT_EQ(grade({"-v", "--for-student"}), kGraded);
  EXPECT_THAT(printed_, AllOf(Not(HasSubstr("a secret")), HasSubstr("student/report.html")));
}

TEST_F(Cli, FailUnderCountsWhatIsJudgedAlready) {
  EXPECT_EQ(grade({"-q", "--fail-under", "87"}), kGraded);  // 3.5 of 4: one point waits for a person
  EXPECT_EQ(grade({"-q", "--fail-under", "88"}), kBelow);
}

TEST_F(Cli, ExitCodesTellWhoseFaultItIs) {
  EXPECT_EQ(call({}), kUsage);
  EXPECT_EQ(call({"--student", scratch_->path() / "nobody"}), kUsage);
  EXPECT_EQ(grade({"--lab", "dmeo"}), kUsage);
  EXPECT_THAT(said_, HasSubstr("did you mean 'demo'"));
  EXPECT_EQ(grade({"--jobs", "none"}), kUsage);
  fs::remove(student_ / "answer.txt");
  put(student_ / "essay.txt", "");
  EXPECT_EQ(grade(), kNothing);
  answer("answer = 42\n");
  put(student_ / "unprepared", "");
  EXPECT_EQ(grade({"-q"}), kInfrastructure);
  put_task("first", "points: 2\n");
  EXPECT_EQ(grade(), kUsage);
  EXPECT_THAT(said_, HasSubstr("first.yaml:"));
}

TEST_F(Cli, WithoutItsFoldersItSaysHowToSetThem) {
  ::setenv("MEMGRADE_ROOT", scratch_->path().c_str(), 1);
  EXPECT_EQ(call({"list"}), kInfrastructure);
  EXPECT_THAT(said_, HasSubstr("MEMGRADE_ROOT"));
}

TEST_F(Cli, AnnotationsOfGitHubShowWhatTheStudentMaySee) {
  const fs::path summary = scratch_->path() / "summary.md";
  ::setenv("GITHUB_STEP_SUMMARY", summary.c_str(), 1);
  EXPECT_EQ(grade({"-q", "--github"}), kGraded);
  ::unsetenv("GITHUB_STEP_SUMMARY");
  EXPECT_THAT(get(summary), AllOf(HasSubstr("The task first"), Not(HasSubstr("a secret"))));
}

TEST_F(Cli, ListsLabsAndTasks) {
  EXPECT_EQ(call({"list"}), kGraded);
  EXPECT_THAT(printed_, AllOf(HasSubstr("demo: A demonstration (5 points)"), HasSubstr("(by a person)")));
  EXPECT_EQ(call({"list", "--json"}), kGraded);
  const auto labs = parse_json(printed_);
  ASSERT_TRUE(labs);
  EXPECT_EQ(labs->at(0).at("tasks").size(), 3U);
}

TEST_F(Cli, ExplainsALabOrATask) {
  EXPECT_EQ(call({"explain", "demo"}), kGraded);
  EXPECT_THAT(printed_, AllOf(HasSubstr("answer.txt"), HasSubstr("Why 42?"),
                              HasSubstr("Run only when 'first' passes")));
  EXPECT_EQ(call({"explain", "demo/second"}), kGraded);
  EXPECT_THAT(printed_, AllOf(HasSubstr("1.5 points"), Not(HasSubstr("Why 42?"))));
  EXPECT_EQ(call({"explain", "demo/thrid"}), kUsage);
  EXPECT_EQ(call({"explain"}), kUsage);
}

TEST_F(Cli, ChecksCaseFilesOfAFolderOrOfOneLab) {
  EXPECT_EQ(call({"check-cases"}), kGraded);
  EXPECT_THAT(printed_, HasSubstr("1 lab, 3 tasks, 5 points; no mistakes"));
  EXPECT_EQ(call({"check-cases", root_ / "cases/demo"}), kGraded);
  put_task("walk", "points: 2\nmanual: true\nquestion: ['Why?']\n");
  EXPECT_EQ(call({"check-cases"}), kUsage);
  EXPECT_THAT(printed_, AllOf(HasSubstr("walk.yaml:6:1"), HasSubstr("did you mean 'questions'"),
                              HasSubstr("2 mistakes")));
  EXPECT_EQ(call({"check-cases", scratch_->path() / "ada"}), kNothing);
}

TEST_F(Cli, RejudgesWithTodaysCases) {
  ASSERT_EQ(grade({"-q"}), kGraded);
  EXPECT_EQ(call({"rejudge", out_, "--json"}), kGraded);
  EXPECT_EQ(printed_, get(out_ / "report.json"));
  put_task("first", "points: 2\njudge:\n  - equals: {fact: run.answer, value: 7}\n");
  EXPECT_EQ(call({"rejudge", out_}), kGraded);
  EXPECT_THAT(printed_, HasSubstr("answer: 42 where 7 is expected"));
  EXPECT_EQ(call({"rejudge", root_ / "cases"}), kNothing);
  EXPECT_EQ(call({"rejudge", "nobody"}), kNothing);
  EXPECT_THAT(said_, HasSubstr("no run \"nobody\""));
}

TEST_F(Cli, MarksATaskOfAPersonAndTakesItBack) {
  ASSERT_EQ(grade({"-q"}), kGraded);
  EXPECT_EQ(call({"mark", out_, "walk", "0.5", "--by", "Grace", "--note", "between us"}), kGraded);
  EXPECT_THAT(printed_, AllOf(HasSubstr("demo/walk: 0.5 of 1, by Grace"), HasSubstr("4 / 5")));
  EXPECT_THAT(get(out_ / "report.json"), HasSubstr("between us"));
  EXPECT_THAT(get(out_ / "student/report.json"), Not(HasSubstr("between us")));
  EXPECT_EQ(call({"mark", out_, "walk", "pending", "--by", "Grace"}), kGraded);
  EXPECT_THAT(printed_, HasSubstr("no mark any more"));
  EXPECT_EQ(call({"mark", out_, "walk", "7", "--by", "Grace"}), kUsage);
  EXPECT_EQ(call({"mark", out_, "first", "1", "--by", "Grace"}), kUsage);
  EXPECT_EQ(call({"mark", out_, "walk", "1"}), kUsage);
}

TEST_F(Cli, WritesTheCheckoffSheetAndSaysWhatComesThen) {
  ASSERT_EQ(grade({"-q"}), kGraded);
  EXPECT_EQ(call({"checkoff", out_}), kGraded) << said_;
  EXPECT_THAT(printed_, HasSubstr("demo/walk POINTS --by WHO"));
  EXPECT_THAT(get(out_ / "checkoff.html"), AllOf(HasSubstr("Why 42?"), Not(HasSubstr("a secret"))));
  EXPECT_EQ(call({"checkoff", "nobody"}), kNothing);
}

TEST_F(Cli, ASkeletonNeedsALabThatHasOne) {
  EXPECT_EQ(call({"skeleton", "dmeo", scratch_->path() / "new"}), kUsage);
  EXPECT_NE(call({"skeleton", "demo", scratch_->path() / "new"}), kGraded);
  EXPECT_FALSE(fs::exists(scratch_->path() / "new"));
}

TEST_F(Cli, WritesStarterCode) {
  put(root_ / "reference/vm.c", "int a(void) {\n  // STUDENT BEGIN(a)\n  return 42;\n  // STUDENT END\n}\n");
  std::string lab = get(root_ / "cases/demo/lab.yaml");
  put(root_ / "cases/demo/lab.yaml", lab + "starter: {from: reference, files: [vm.c]}\n");
  EXPECT_EQ(call({"skeleton", "demo", scratch_->path() / "new"}), kGraded) << said_;
  EXPECT_THAT(printed_, HasSubstr("1 file of A demonstration"));
  EXPECT_THAT(get(scratch_->path() / "new/vm.c"), AllOf(HasSubstr("STUDENT BEGIN(a)"), Not(HasSubstr("42"))));
}

TEST_F(Cli, ALabWithoutAMachineHasNoShell) {
  EXPECT_EQ(call({"shell", "demo", "--student", student_, "--no-sandbox"}), kUsage);
  EXPECT_THAT(said_, HasSubstr("no machine with a shell"));
}

TEST_F(Cli, PrintsTheReferenceOfCaseFiles) {
  EXPECT_EQ(call({"case-format"}), kGraded);
  EXPECT_THAT(printed_, AllOf(HasSubstr("at_least"), HasSubstr("Prints a file.")));
}

TEST_F(Cli, AnEmptyCacheIsShownAndCleared) {
  ::setenv("MEMGRADE_CACHE", (scratch_->path() / "cache").c_str(), 1);
  EXPECT_EQ(call({"cache"}), kGraded);
  EXPECT_THAT(printed_, HasSubstr("0 kernels and 0 saved guests"));
  EXPECT_EQ(call({"cache", "clear"}), kGraded) << said_;
  EXPECT_EQ(call({"cache", "clear", "everything"}), kUsage);
  EXPECT_EQ(call({"kernels"}), kGraded);
  EXPECT_THAT(printed_, HasSubstr("'grade kernels fetch 6.1' gets it"));
  EXPECT_EQ(call({"kernels", "remove", "6.1"}), kGraded) << said_;
  EXPECT_EQ(call({"kernels", "fetch", "6.11"}), kUsage);
  EXPECT_THAT(said_, HasSubstr("no Linux"));
  ::unsetenv("MEMGRADE_CACHE");
}

TEST_F(Cli, EverySubcommandHasHelp) {
  for (const char* name : {"list", "explain", "check-cases", "rejudge", "checkoff", "mark", "doctor",
                           "skeleton", "shell", "kernels", "cache", "case-format"}) {
    EXPECT_EQ(call({name, "--help"}), kGraded) << name;
    EXPECT_THAT(printed_, HasSubstr("--help")) << name;
    EXPECT_EQ(call({name, "--no-such-option"}), kUsage) << name;
  }
}

}  // namespace
}  // namespace memgrade::cli
