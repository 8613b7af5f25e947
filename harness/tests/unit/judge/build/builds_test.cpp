// builds, answers, clean_build_log.
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/evidence_builder.hpp>

namespace memgrade::judge {
namespace {

Scene built(std::vector<Diagnostic> diagnostics = {}, bool succeeded = true) {
  Scene scene;
  scene.evidence.build = BuildRecord{};
  scene.evidence.build->succeeded = succeeded;
  scene.evidence.build->recipe = "make";
  scene.evidence.build->invocation = "./vm -n {frames}";
  scene.evidence.build->diagnostics = std::move(diagnostics);
  return scene;
}

const Json kNoParams = Json::object();
const Diagnostic kError{"vm.c", 12, 3, "error", "expected ';'", ""};
const Diagnostic kFormat{"vm.c", 7, 0, "warning", "format '%d' expects int", "-Wformat="};
const Diagnostic kUnused{"vm.c", 8, 1, "warning", "unused variable", "-Wunused-variable"};

TEST(Builds, SaysWhichWay) {
  EXPECT_TRUE(built().passes("builds", kNoParams));
  EXPECT_EQ(built().ask("builds", kNoParams).observed, "built with make");
}

TEST(Builds, ShowsTheFirstErrors) {
  Scene scene = built({kFormat, kError}, false);
  scene.evidence.build->tried = {"make", "gcc"};
  const Verdict verdict = scene.ask("builds", kNoParams);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.observed, "1 error");
  EXPECT_EQ(verdict.message, "the build fails at vm.c:12:3: error: expected ';'");
  EXPECT_EQ(verdict.detail, "vm.c:12:3: error: expected ';'\ntried: make\ntried: gcc\n");
}

TEST(Builds, OfSeveralCommandsTheLastOneFailed) {
  Scene scene = built({}, false);
  RunRecord step;
  step.command = "cp -r . t && sed -i 1d t/Makefile\ncd t && make CROSS_=riscv64-";
  step.exit_status = 2;
  scene.evidence.build->steps.push_back(step);
  EXPECT_EQ(scene.ask("builds", kNoParams).message,
            "the build fails: \"make CROSS_=riscv64-\" ended with exit status 2");
}

TEST(Builds, ManyErrorsAreCounted) {
  const Verdict verdict = built(std::vector<Diagnostic>(25, kError), false).ask("builds", kNoParams);
  EXPECT_THAT(verdict.detail, testing::EndsWith("… and 5 more\n"));
}

TEST(Builds, WithoutACompilersFindingTheLogSpeaks) {
  Scene scene = built({}, false);
  EXPECT_EQ(scene.fails("builds", kNoParams), "nothing was found that could be built");
  RunRecord step;
  step.command = "make -j2";
  step.exit_status = 2;
  step.err.bytes = "make: *** No targets.  Stop.\n";
  scene.evidence.build->steps = {step};
  EXPECT_EQ(scene.fails("builds", kNoParams), "the build fails: \"make -j2\" ended with exit status 2");
  EXPECT_EQ(scene.ask("builds", kNoParams).detail, "make: *** No targets.  Stop.\n");
  scene.evidence.build->steps[0].exit_status = 0;
  EXPECT_EQ(scene.fails("builds", kNoParams), "the build made no program");
}

TEST(Builds, MissingEvidence) {
  for (const char* checker : {"builds", "answers", "clean_build_log"}) {
    EXPECT_EQ(Scene{}.fails(checker, kNoParams), "nothing was built") << checker;
    Scene unobserved = built();
    unobserved.evidence.unobserved = Error{};
    EXPECT_EQ(unobserved.fails(checker, kNoParams), "this could not be observed") << checker;
  }
}

TEST(Answers, NamesTheCommandLine) {
  EXPECT_TRUE(built().passes("answers", kNoParams));
  EXPECT_EQ(built().ask("answers", kNoParams).observed, "./vm -n {frames}");
  Scene silent = built();
  silent.evidence.build->invocation.clear();
  silent.evidence.build->tried = {"./vm -n 256"};
  EXPECT_EQ(silent.fails("answers", kNoParams),
            "none of the command lines that were tried gives an answer that can be read");
  EXPECT_EQ(silent.ask("answers", kNoParams).detail, "tried: ./vm -n 256\n");
  EXPECT_EQ(built({}, false).fails("answers", kNoParams), "the program did not build");
  Scene starter = silent;
  starter.evidence.build->starter = true;
  EXPECT_EQ(starter.fails("answers", kNoParams),
            "nothing was filled in: these are the lab's files as they were handed out");
}

TEST(CleanBuildLog, OnlyWarningsThatMatter) {
  EXPECT_TRUE(built({kUnused}).passes("clean_build_log", kNoParams));
  const Verdict verdict = built({kUnused, kFormat}).ask("clean_build_log", kNoParams);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message, "the compiler warns at vm.c:7: warning: format '%d' expects int [-Wformat=]");
  EXPECT_EQ(verdict.observed, "1 warning");
  EXPECT_EQ(verdict.detail, "vm.c:7: warning: format '%d' expects int [-Wformat=]\n");
}

TEST(CleanBuildLog, CasesChooseTheOptions) {
  EXPECT_TRUE(built({kFormat}).passes("clean_build_log", {{"matter", {"-Wunused-variable"}}}));
  EXPECT_FALSE(built({kUnused}).passes("clean_build_log", {{"matter", {"-Wunused-variable"}}}));
  EXPECT_FALSE(built({kUnused}).passes("clean_build_log", {{"matter", {"all"}}}));
  EXPECT_TRUE(
      built({kUnused}).passes("clean_build_log", {{"matter", {"all"}}, {"allow", {"-Wunused-variable"}}}));
  EXPECT_TRUE(built({kFormat}).passes("clean_build_log", {{"allow", {"-Wformat"}}}));
}

TEST(CleanBuildLog, LevelsAndErrorsOfAnOptionAreTheSame) {
  for (const char* option : {"-Wformat", "-Wformat=2", "-Werror=format", "-Werror=format="}) {
    Diagnostic diagnostic = kFormat;
    diagnostic.option = option;
    EXPECT_FALSE(built({diagnostic}).passes("clean_build_log", kNoParams)) << option;
  }
  Diagnostic note = kFormat;
  note.severity = "note";
  EXPECT_TRUE(built({note}).passes("clean_build_log", kNoParams));
  EXPECT_EQ(built({}, false).fails("clean_build_log", kNoParams), "the program did not build");
}

}  // namespace
}  // namespace memgrade::judge
