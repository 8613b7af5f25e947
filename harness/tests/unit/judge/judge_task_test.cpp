#include <gmock/gmock.h>
#include <harness/judge/judge.hpp>

#include <csignal>

namespace memgrade::judge {
namespace {

CheckSpec check(const char* checker, Json params, double weight = 1) {
  CheckSpec spec;
  spec.checker = checker;
  spec.params = std::move(params);
  spec.title = checker;
  spec.hint = "a hint";
  spec.weight = weight;
  return spec;
}

CheckSpec faults(int expected, double weight = 1) {
  return check("equals", {{"fact", "book.faults"}, {"value", expected}}, weight);
}

CheckSpec gate(CheckSpec spec, double cap) {
  spec.gate = true;
  spec.cap = cap;
  return spec;
}

CheckSpec hidden(CheckSpec spec) {
  spec.visibility = Visibility::staff;
  return spec;
}

RunRecord run(const char* name, const char* out) {
  RunRecord record;
  record.name = name;
  record.command = std::string("./vm ") + name;
  record.out.bytes = out;
  return record;
}

// A lab whose program printed "faults = 3".
struct Scene {
  Lab lab;
  Task task;
  Evidence evidence;

  explicit Scene(std::vector<CheckSpec> checks, double points = 2) {
    lab.facts = {{"faults", {{"number", {"faults = (\\d+)"}}}}};
    task.name = "t";
    task.title = "Title";
    task.points = points;
    task.judge = std::move(checks);
    evidence.runs = {run("book", "faults = 3\n")};
  }
  [[nodiscard]] TaskReport judged() const { return judge_task(lab, task, evidence); }
};

CheckSpec only_for(CheckSpec spec, std::vector<std::string> variants) {
  spec.variants = std::move(variants);
  return spec;
}

TEST(JudgeTask, FullMarks) {
  const TaskReport report = Scene({faults(3), faults(3, 2)}).judged();
  EXPECT_EQ(report.status, TaskStatus::pass);
  EXPECT_EQ(report.score, 2);
  EXPECT_EQ(report.max_score, 2);
  EXPECT_EQ(report.message, "");
  EXPECT_EQ(report.checks.at(0).hint, "");
  EXPECT_EQ(report.checks.at(0).expected, "3");
  EXPECT_THAT(report.commands, testing::ElementsAre("./vm book"));
}

TEST(JudgeTask, WeightsShareThePoints) {
  const TaskReport report = Scene({faults(3, 1), faults(4, 2)}).judged();
  EXPECT_EQ(report.status, TaskStatus::partial);
  EXPECT_EQ(report.score, 0.666667);
  EXPECT_EQ(report.checks.at(1).hint, "a hint");
  EXPECT_EQ(report.checks.at(1).message, "faults: 3 where 4 is expected");
}

TEST(JudgeTask, NothingEarnedIsAFailure) {
  const TaskReport report = Scene({faults(4)}).judged();
  EXPECT_EQ(report.status, TaskStatus::fail);
  EXPECT_EQ(report.score, 0);
}

TEST(JudgeTask, TenthsAddUpToFullMarks) {
  std::vector<CheckSpec> checks(10, faults(3, 0.1));
  EXPECT_EQ(Scene(checks).judged().status, TaskStatus::pass);
  EXPECT_EQ(Scene(checks).judged().score, 2);
}

TEST(JudgeTask, GatesCapAndEarnNothing) {
  EXPECT_EQ(Scene({faults(3), gate(faults(4), 0.5)}).judged().score, 1);
  EXPECT_EQ(Scene({faults(3), gate(faults(4), 0.5)}).judged().status, TaskStatus::partial);
  EXPECT_EQ(Scene({faults(3), gate(faults(4), 0)}).judged().status, TaskStatus::fail);
  EXPECT_EQ(Scene({faults(4), gate(faults(3), 0)}).judged().score, 0);
  EXPECT_EQ(Scene({faults(3), faults(4), gate(faults(4), 0.8), gate(faults(5), 0.25)}).judged().score, 0.5);
  EXPECT_EQ(Scene({gate(faults(3), 0)}).judged().score, 2);
}

TEST(JudgeTask, WhatFollowsFromABrokenRunCostsNothingMore) {
  const auto log = gate(check("clean_kernel_log", {{"run", {"book"}}, {"allow", Json::array()}}), 0.4);
  const auto step = gate(check("step", {{"run", "book"}, {"steps", {"unload"}}, {"result", {"ok"}}}), 0.1);
  Scene scene({faults(3), log, step});
  scene.evidence.oracle["book"]["troubles"] = {
      Json{{"kind", "oops"}, {"sentence", "it read through NULL"}, {"function", "scan"}}};
  scene.evidence.runs[0].termination = Termination::oops;
  const TaskReport report = scene.judged();
  EXPECT_EQ(report.score, 0.8) << "the oops costs, once";
  EXPECT_EQ(report.checks.at(1).message, "it read through NULL");
  EXPECT_THAT(report.checks.at(2).message,
              testing::StartsWith("follows from \"clean_kernel_log\", costs nothing more: "));
  EXPECT_EQ(report.checks.at(2).hint, "");
  EXPECT_EQ(Scene({faults(3), step}).judged().score, 0.2) << "without a check that tells the cause it costs";
}

TEST(JudgeTask, WhatSettlesATaskIsAllThatIsSaid) {
  Scene scene({faults(3),
               gate(check("filled_in", {{"functions", {"scan"}}, {"outputs", {"book.files.x"}}}), 0),
               gate(faults(4), 0.5)});
  scene.evidence.sources["m.c"] = "int scan(void)\n{\n\t/* TODO */\n\treturn 0;\n}\n";
  const TaskReport report = scene.judged();
  EXPECT_EQ(report.status, TaskStatus::fail);
  EXPECT_EQ(report.score, 0);
  EXPECT_EQ(report.message, "nothing was filled in: scan (m.c:2)");
  EXPECT_EQ(report.checks.size(), 1U);
}

TEST(JudgeTask, WithoutChecksNothingIsEarned) {
  EXPECT_EQ(Scene({}).judged().status, TaskStatus::fail);
  EXPECT_EQ(Scene({}).judged().score, 0);
  EXPECT_EQ(Scene({faults(4, 0)}).judged().status, TaskStatus::fail);
  EXPECT_EQ(Scene({faults(3, 0)}).judged().status, TaskStatus::pass);
}

TEST(JudgeTask, TasksWithoutPointsHaveAStatusToo) {
  EXPECT_EQ(Scene({faults(3)}, 0).judged().status, TaskStatus::pass);
  EXPECT_EQ(Scene({faults(3), faults(4)}, 0).judged().status, TaskStatus::partial);
  EXPECT_EQ(Scene({faults(4)}, 0).judged().status, TaskStatus::fail);
}

TEST(JudgeTask, UnknownCheckFails) {
  const TaskReport report = Scene({check("no_such_check", Json::object())}).judged();
  EXPECT_EQ(report.status, TaskStatus::fail);
  EXPECT_EQ(report.checks.at(0).message, "there is no check named \"no_such_check\"");
}

TEST(Status, CrashKeepsWhatWasEarned) {
  Scene scene({faults(3), check("exits", {{"run", "book"}})});
  scene.evidence.runs[0].termination = Termination::signaled;
  scene.evidence.runs[0].signal = SIGSEGV;
  const TaskReport report = scene.judged();
  EXPECT_EQ(report.status, TaskStatus::crash);
  EXPECT_EQ(report.score, 1);
  EXPECT_EQ(report.message,
            "the program crashed with SIGSEGV (segmentation fault: it used memory that is not its own)");
}

TEST(Status, LimitsAreCrashesAndDeadlinesTimeouts) {
  Scene scene({faults(4)});
  scene.evidence.runs[0].termination = Termination::memory_limit;
  EXPECT_EQ(scene.judged().status, TaskStatus::crash);
  for (const Termination termination :
       {Termination::wall_timeout, Termination::cpu_timeout, Termination::quiet_timeout}) {
    scene.evidence.runs[0].termination = termination;
    EXPECT_EQ(scene.judged().status, TaskStatus::timeout);
  }
  scene.evidence.runs.push_back(run("own", ""));
  scene.evidence.runs[1].termination = Termination::signaled;
  EXPECT_EQ(scene.judged().status, TaskStatus::crash);
  scene.evidence.runs[0].termination = scene.evidence.runs[1].termination = Termination::not_started;
  EXPECT_EQ(scene.judged().status, TaskStatus::fail);
}

TEST(Status, FullMarksPassWhateverElseDied) {
  Scene scene({faults(3)});
  scene.evidence.runs.push_back(run("own", ""));
  scene.evidence.runs[1].termination = Termination::signaled;
  EXPECT_EQ(scene.judged().status, TaskStatus::pass);
}

TEST(Status, UnobservedCostsNobody) {
  Scene scene({faults(3)});
  scene.evidence.unobserved =
      Error{ErrorKind::sandbox, "bubblewrap is missing; install it", "/usr/bin/bwrap"};
  const TaskReport report = scene.judged();
  EXPECT_EQ(report.status, TaskStatus::infra_error);
  EXPECT_EQ(report.score, 0);
  EXPECT_EQ(report.max_score, 2);
  EXPECT_EQ(report.message, "/usr/bin/bwrap: bubblewrap is missing; install it");
  EXPECT_TRUE(report.checks.empty());
}

TEST(Status, ManualIsPending) {
  Scene scene({});
  scene.task.manual = true;
  scene.task.questions = {"why?"};
  const TaskReport report = scene.judged();
  EXPECT_EQ(report.status, TaskStatus::pending);
  EXPECT_EQ(report.score, 0);
  EXPECT_EQ(report.max_score, 2);
  EXPECT_THAT(report.questions, testing::ElementsAre("why?"));
}

TEST(Status, InformationalCountsNothing) {
  Scene scene({faults(4)});
  scene.task.informational = true;
  const TaskReport report = scene.judged();
  EXPECT_EQ(report.max_score, 0);
  EXPECT_TRUE(report.informational);
  EXPECT_EQ(report.status, TaskStatus::fail);
}

TEST(Status, SkippedNamesWhatIsNeeded) {
  const TaskReport report = skipped_task(Scene({}).task, "Builds");
  EXPECT_EQ(report.status, TaskStatus::skipped);
  EXPECT_EQ(report.max_score, 2);
  EXPECT_EQ(report.message, "not run, because this needs \"Builds\", which did not pass");
}

TEST(Report, ValuesAreShortAndPrintable) {
  Scene scene({check("equals", {{"fact", "book.stdout"}, {"value", "x"}})});
  scene.evidence.runs[0].out.bytes = "a\x1b[31m\n\xff" + std::string(100'000, 'z');
  const CheckReport report = scene.judged().checks.at(0);
  EXPECT_LE(report.observed.size(), 250U);
  EXPECT_EQ(report.observed.find_first_of("\n\x1b\xff"), std::string::npos);
  EXPECT_EQ(report.message.find_first_of("\n\x1b"), std::string::npos);
}

TEST(Report, BuildFindingsErrorsFirst) {
  Scene scene({check("builds", Json::object())});
  scene.evidence.runs.clear();
  scene.evidence.build = BuildRecord{};
  scene.evidence.build->steps = {run("make", "")};
  scene.evidence.build->diagnostics = {
      {"a.c", 1, 1, "note", "n", ""}, {"a.c", 2, 1, "warning", "w", ""}, {"a.c", 3, 1, "error", "e", ""}};
  scene.evidence.notes = {"a note"};
  TaskReport report = scene.judged();
  ASSERT_EQ(report.diagnostics.size(), 3U);
  EXPECT_EQ(report.diagnostics[0].message, "e");
  EXPECT_EQ(report.diagnostics[1].message, "w");
  EXPECT_THAT(report.commands, testing::ElementsAre("./vm make"));
  EXPECT_THAT(report.notes, testing::ElementsAre("a note"));
  scene.evidence.build->diagnostics.resize(150, {"a.c", 2, 1, "warning", "w", ""});
  report = scene.judged();
  EXPECT_EQ(report.diagnostics.size(), 100U);
  EXPECT_THAT(report.notes, testing::Contains("50 more of the compiler's findings are not shown"));
}

TEST(Report, BuildFindingsStayWithTheTasksAboutTheBuild) {
  Scene scene({faults(3)});
  scene.evidence.build = BuildRecord{};
  scene.evidence.build->succeeded = true;
  scene.evidence.build->diagnostics = {{"a.c", 2, 1, "warning", "w", ""}};
  EXPECT_TRUE(scene.judged().diagnostics.empty());
}

TEST(Hidden, RunsOfStaffChecksStayWithTheStaff) {
  Scene scene({faults(3), hidden(check("exits", {{"run", "secret"}}))});
  scene.evidence.runs.push_back(run("secret", ""));
  scene.evidence.runs[1].termination = Termination::signaled;
  scene.evidence.runs[1].signal = SIGABRT;
  const TaskReport task = scene.judged();
  EXPECT_EQ(task.status, TaskStatus::crash);
  EXPECT_THAT(task.commands, testing::ElementsAre("./vm book"));
  EXPECT_THAT(task.staff_notes, testing::Contains("run \"secret\": ./vm secret"));
  Report report;
  report.labs.push_back({});
  report.labs[0].tasks = {task};
  const std::string shown = dump_json(to_json(for_student(report)));
  EXPECT_EQ(shown.find("secret"), std::string::npos);
  EXPECT_EQ(shown.find("SIGABRT"), std::string::npos);
  EXPECT_NE(dump_json(to_json(report)).find("SIGABRT"), std::string::npos);
}

TEST(Hidden, RunsThatVisibleChecksNameAreShown) {
  Scene scene({faults(3), hidden(check("exits", {{"run", "book"}}))});
  EXPECT_THAT(scene.judged().commands, testing::ElementsAre("./vm book"));
}

TEST(Hidden, TaskForStaffAloneShowsNothing) {
  Scene scene({hidden(faults(4))});
  scene.evidence.notes = {"a secret note"};
  scene.evidence.runs[0].termination = Termination::wall_timeout;
  const TaskReport report = scene.judged();
  EXPECT_TRUE(report.commands.empty());
  EXPECT_TRUE(report.notes.empty());
  EXPECT_EQ(report.message, "");
  EXPECT_EQ(report.status, TaskStatus::timeout);
}

TEST(JudgeTask, SameEvidenceSameBytes) {
  const Scene scene({faults(3), faults(4)});
  Report first, second;
  first.labs.push_back({});
  first.labs[0].tasks = {scene.judged()};
  second.labs.push_back({});
  second.labs[0].tasks = {scene.judged()};
  EXPECT_EQ(dump_json(to_json(first)), dump_json(to_json(second)));
}

// A check that cannot look: the driver does not go into the kernel.
CheckSpec blind(OnInconclusive on_inconclusive, double weight = 1) {
  CheckSpec spec = check("rules_kept", {{"family", "buddy-random"}}, weight);
  spec.on_inconclusive = on_inconclusive;
  return spec;
}

TaskReport judged_blind(std::vector<CheckSpec> checks) {
  Scene scene(std::move(checks));
  scene.evidence.search = DriverSequences{{}, {}, "no such function"};
  return scene.judged();
}

TEST(Inconclusive, IsAFailureUnlessTheCaseSaysOtherwise) {
  const TaskReport report = judged_blind({blind(OnInconclusive::fail), faults(3)});
  EXPECT_EQ(report.status, TaskStatus::partial);
  EXPECT_EQ(report.score, 1);
  EXPECT_EQ(report.checks.at(0).observed, "not looked at");
}

TEST(Inconclusive, AnOmittedCheckLeavesItsWeightToTheOthersAndIsTold) {
  const TaskReport report = judged_blind({blind(OnInconclusive::omit, 3), faults(3), faults(4)});
  EXPECT_EQ(report.score, 1);
  EXPECT_EQ(report.checks.size(), 2U);
  EXPECT_THAT(report.notes, testing::ElementsAre("not looked at: rules_kept: no such function"));
}

TEST(Inconclusive, NothingSeenIsNeitherPassedNorFailed) {
  const TaskReport report = judged_blind({blind(OnInconclusive::omit), gate(faults(3), 0)});
  EXPECT_EQ(report.status, TaskStatus::pending);
  EXPECT_EQ(report.score, 0);
  EXPECT_EQ(report.max_score, 2);
  EXPECT_EQ(report.message, "could not be looked at: no such function");
}

TEST(Inconclusive, APersonLooksWhereTheCaseWantsThat) {
  EXPECT_EQ(judged_blind({blind(OnInconclusive::person), faults(3)}).status, TaskStatus::pending);
  EXPECT_EQ(judged_blind({blind(OnInconclusive::person), gate(faults(4), 0)}).status, TaskStatus::fail)
      << "nothing that a person finds could change it";
}

TEST(Inconclusive, WhatOnlyStaffMaySeeIsToldToStaffAlone) {
  const TaskReport report = judged_blind({hidden(blind(OnInconclusive::omit)), faults(3)});
  EXPECT_TRUE(report.notes.empty());
  EXPECT_EQ(report.staff_notes.size(), 1U);
}

TEST(JudgeTask, TheSentenceSaysWhatDied) {
  Scene scene({faults(4)});
  scene.evidence.runs.at(0).termination = Termination::panic;
  scene.evidence.runs.at(0).limit = "out of pages";
  scene.evidence.subject = Subject::machine;
  EXPECT_EQ(scene.judged().message, "the kernel panicked: out of pages");
  scene.evidence.subject = Subject::module;
  EXPECT_EQ(scene.judged().message, "the module panicked: out of pages");
  scene.evidence.subject = Subject::program;
  EXPECT_EQ(scene.judged().message, "the program panicked: out of pages");
}

TEST(JudgeTask, ACheckForAnotherShapeDoesNotExist) {
  Scene scene({only_for(faults(3), {"tree"}), only_for(faults(4), {"starter"})});
  scene.evidence.variant = "tree";
  EXPECT_EQ(scene.judged().checks.size(), 1U);
  EXPECT_EQ(scene.judged().score, 2);
  scene.evidence.variant = "starter";
  EXPECT_EQ(scene.judged().score, 0);
  scene.evidence.variant = "something else";
  EXPECT_EQ(scene.judged().score, 0) << "what no check looks at earns nothing";
}

}  // namespace
}  // namespace memgrade::judge
