// The checks on a guest's kernel log and on what is read from its attributes: clean_kernel_log, reading.
#include <gmock/gmock.h>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <harness/tests/unit/judge/linux/guest_scene.hpp>

namespace memgrade::judge {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Json oops_in_ktest() {
  return Json::parse(R"({"kind": "oops", "title": "BUG: …", "times": 1,
    "sentence": "ktest read through a NULL pointer in scan_pages+0x4c", "function": "scan_pages", "module": "ktest",
    "offset": 76, "file": "ktest.c", "line": 123, "source": ["  122 | p = find(pid);", "> 123 | x = p->mm;"],
    "backtrace": [{"function": "ktest_thread", "offset": 20, "module": "ktest", "file": "ktest.c", "line": 200}],
    "log": ["[    1.0] BUG: kernel NULL pointer dereference"]})");
}

Json log_params(const Json& more = Json::object()) {
  Json all = {{"run", {"scan"}}};
  all.update(more);
  return with_defaults("clean_kernel_log", all);
}

TEST(CleanKernelLog, PassesWithoutTroubles) {
  EXPECT_TRUE(Guest().passes("clean_kernel_log", log_params()));
}

TEST(CleanKernelLog, TellsTheSentenceTheLineAndTheLog) {
  Guest guest;
  guest.truth()["troubles"] = {oops_in_ktest(), Json{{"kind", "warning"}, {"sentence", "the kernel warned"}}};
  guest.run().termination = Termination::oops;
  const Verdict verdict = guest.ask("clean_kernel_log", log_params());
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message, "ktest read through a NULL pointer in scan_pages+0x4c (ktest.c:123)");
  EXPECT_EQ(verdict.observed, "oops") << "what comes after it in the log follows from it";
  EXPECT_THAT(verdict.broke_runs, testing::ElementsAre("scan"));
  EXPECT_THAT(verdict.detail, StartsWith("ktest.c:123\n  122 | p = find(pid);\n> 123 | x = p->mm;\n"));
  EXPECT_THAT(verdict.detail, HasSubstr("  ktest_thread+0x14 [ktest]  ktest.c:200\n"));
  EXPECT_THAT(verdict.detail, HasSubstr("[    1.0] BUG: kernel NULL"));
  EXPECT_THAT(verdict.detail, HasSubstr("after it, and perhaps only because of it: the kernel warned"));
}

TEST(CleanKernelLog, AnotherRunsFirstReportIsAnotherCauseWhereItsPlaceIsAnother) {
  Guest guest;
  guest.evidence.runs.push_back(guest.run());
  guest.evidence.runs[1].name = "rough";
  guest.truth()["troubles"] = {oops_in_ktest()};
  guest.evidence.oracle["rough"] = {{"troubles", {oops_in_ktest()}}};
  const Json both = log_params({{"run", {"scan", "rough"}}});
  EXPECT_EQ(guest.ask("clean_kernel_log", both).observed, "oops");
  Json other = oops_in_ktest();
  other["offset"] = 99;
  guest.evidence.oracle["rough"] = {{"troubles", {other}}};
  EXPECT_EQ(guest.ask("clean_kernel_log", both).observed, "oops and 1 more");
  EXPECT_THAT(guest.ask("clean_kernel_log", both).detail, HasSubstr("also: ktest read through"));
  guest.truth()["troubles"] = Json::array();
  EXPECT_THAT(guest.ask("clean_kernel_log", both).broke_runs, testing::ElementsAre("rough"));
}

TEST(BrokenRun, WhatFailsAfterAnOopsFollowsFromIt) {
  Guest guest;
  const Json left = with_defaults("nothing_left", {{"run", "scan"}});
  const Json steps = with_defaults("step", {{"run", "scan"}, {"steps", {"unload"}}});
  EXPECT_EQ(guest.ask("nothing_left", left).in_broken_run, "");
  EXPECT_EQ(guest.ask("step", steps).in_broken_run, "");
  guest.truth()["troubles"] = {oops_in_ktest()};
  for (const char* checker : {"nothing_left", "no_leak", "step"})
    EXPECT_EQ(guest.ask(checker, checker == std::string("step") ? steps : left).in_broken_run, "scan")
        << checker;
  guest.truth()["troubles"] = {Json{{"kind", "warning"}, {"sentence", "the kernel warned"}}};
  EXPECT_EQ(guest.ask("step", steps).in_broken_run, "") << "a warning stops nothing";
}

TEST(BrokenRun, AStepThatHangsByItselfIsTheCause) {
  Guest guest;
  guest.run().termination = Termination::hang;
  const Json steps = with_defaults("step", {{"run", "scan"}, {"steps", {"unload"}}});
  EXPECT_EQ(guest.ask("step", steps).in_broken_run, "scan") << "the guest did not get there";
  guest.observed().steps["unload"] = {
      .timed_out = true, .count = 1, .failed = 1, .result = -1, .error = 0, .ms = 20000};
  EXPECT_EQ(guest.ask("step", steps).in_broken_run, "");
}

TEST(BrokenRun, ATaintAloneIsWhatTheLogTells) {
  Guest guest;
  Json before = {{"modules", Json::array()},
                 {"tasks", Json::array()},
                 {"sysfs", Json::array()},
                 {"proc", Json::array()},
                 {"taint", 0}};
  Json after = before;
  after["taint"] = 1 << 9;
  guest.truth()["system"] = {{"before", before}, {"after", after}};
  guest.truth()["troubles"] = {Json{{"kind", "warning"}, {"sentence", "the kernel warned"}}};
  const Json left = with_defaults("nothing_left", {{"run", "scan"}});
  EXPECT_EQ(guest.ask("nothing_left", left).in_broken_run, "scan");
  guest.truth()["system"]["after"]["modules"] = {"ktest"};
  EXPECT_EQ(guest.ask("nothing_left", left).in_broken_run, "");
}

TEST(CleanKernelLog, WhatIsAllowedIsNoMatter) {
  Guest guest;
  guest.truth()["troubles"] = {oops_in_ktest()};
  guest.run().termination = Termination::oops;
  EXPECT_TRUE(guest.passes("clean_kernel_log", log_params({{"allow", {"oops"}}})));
  EXPECT_NE(guest.fails("clean_kernel_log", log_params({{"allow", {"warning"}}})), "IT PASSED");
  guest.run().termination = Termination::reset;
  EXPECT_THAT(guest.fails("clean_kernel_log", log_params({{"allow", {"oops"}}})),
              HasSubstr("restarted the machine"));
}

TEST(CleanKernelLog, AGuestThatDidNotComeToItsEndHasNoCleanLog) {
  for (const Termination termination :
       {Termination::panic, Termination::reset, Termination::wall_timeout, Termination::hang,
        Termination::no_evidence, Termination::output_limit, Termination::oops}) {
    Guest guest;
    guest.run().termination = termination;
    EXPECT_THAT(guest.fails("clean_kernel_log", log_params()), StartsWith("the guest "))
        << to_string(termination);
  }
}

TEST(CleanKernelLog, OfSeveralRunsEachIsLookedAt) {
  Guest guest;
  guest.evidence.runs.push_back(guest.run());
  guest.evidence.runs[1].name = "rough";
  EXPECT_THAT(guest.fails("clean_kernel_log", log_params({{"run", {"scan", "rough"}}})),
              HasSubstr("nothing to compare with"));
  guest.evidence.oracle["rough"] = {{"troubles", {oops_in_ktest()}}};
  EXPECT_THAT(guest.fails("clean_kernel_log", log_params({{"run", {"scan", "rough"}}})),
              HasSubstr("NULL pointer"));
}

TEST(CleanKernelLog, OddTroublesStillFail) {
  for (const Json& odd :
       {Json(3), Json(nullptr), Json::object(), Json{{"sentence", 3}, {"log", "x"}, {"times", -1}}}) {
    Guest guest;
    guest.truth()["troubles"] = Json::array({odd});
    EXPECT_NE(guest.fails("clean_kernel_log", log_params()), "IT PASSED");
  }
}

TEST(CleanKernelLog, AllowsByTheWordsOfTheOracle) {
  for (const FieldSpec& key : find_checker("clean_kernel_log")->spec.fields)
    if (key.key == "allow") {
      EXPECT_EQ(key.choices, oracle::crash_kinds());
    }
}

Json reading(const Json& more = Json::object()) {
  Json all = {{"text", "scan.values.vma"}};
  all.update(more);
  return with_defaults("reading", all);
}
Guest with_value(const char* text) {
  Guest guest;
  guest.observed().values["vma"] = text;
  guest.truth()["memory"]["before"] = {{"count", 41}};
  return guest;
}
const Json kCount = {{"equals", "oracle.scan.memory.before.count"}};
const Json kForms = {{"patterns", {"(\\d+)", "\\d+, (\\d+)"}}, {"equals", "oracle.scan.memory.before.count"}};

TEST(Reading, EqualsAFactOrIsNearANumber) {
  EXPECT_TRUE(with_value("41\n").passes("reading", reading(kCount)));
  EXPECT_TRUE(with_value("41").passes("reading", reading(kCount)));
  EXPECT_EQ(with_value("40\n").fails("reading", reading(kCount)), "vma reads 40 where 41 is right");
  EXPECT_TRUE(with_value("41\n").passes("reading", reading({{"near", 39}, {"within", 8}})));
  EXPECT_EQ(with_value("48\n").fails("reading", reading({{"near", 39}, {"within", 8}})),
            "vma reads 48 where 39 ± 8 is right");
}

TEST(Reading, SaysInWhichForm) {
  const Verdict verdict = with_value("77, 41\n").ask("reading", reading(kForms));
  EXPECT_TRUE(verdict.passed);
  EXPECT_EQ(verdict.message, "vma reads \"77, 41\" (in the form \\d+, (\\d+))");
  EXPECT_THAT(with_value("77, 40\n").fails("reading", reading(kForms)), HasSubstr("40 where 41"));
}

TEST(Reading, AnythingElseInTheTextFails) {
  for (const char* text : {"vma: 41\n", "41 \n", "41\n\n", " 41\n", "41\n41\n", "", "\n", "41.\n", "0x\n",
                           "99999999999999999999\n", "-41\n"})
    EXPECT_THAT(with_value(text).fails("reading", reading(kCount)), HasSubstr("not in the form asked for"))
        << text;
}

TEST(Reading, WithoutTextOrTruthItFails) {
  EXPECT_EQ(Guest().fails("reading", reading(kCount)), "nothing could be read for \"vma\"");
  Guest guest = with_value("41\n");
  guest.truth()["memory"] = Json::object();
  EXPECT_THAT(guest.fails("reading", reading(kCount)), HasSubstr("nothing to compare with"));
  EXPECT_THAT(with_value("1\n").fails("reading", reading()), HasSubstr("does not say which number"));
  EXPECT_THAT(with_value("1\n").fails("reading", reading({{"patterns", {"\\d+"}}, {"near", 1}})),
              HasSubstr("not one group"));
}

}  // namespace
}  // namespace memgrade::judge
