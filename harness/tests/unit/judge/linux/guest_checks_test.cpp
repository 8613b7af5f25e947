// Checks on what happened in a Linux guest: steps, what is left behind, what was not given back.
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/evidence_builder.hpp>

namespace memgrade::judge {
namespace {

using ::testing::HasSubstr;

Json step(int result, int error, bool late = false, int count = 1, int failed = -1) {
  return {{"result", result},  {"errno", error}, {"ms", 1.5},
          {"timed_out", late}, {"count", count}, {"failed", failed < 0 ? (result != 0) : failed}};
}

Scene steps(Json all) {
  return Scene::of({{"steps", std::move(all)}});
}

TEST(StepCheck, TakesWhatIsAcceptedAndNothingElse) {
  const Scene scene = steps({{"good", step(0, 0)}, {"bad", step(-1, 22)}});
  EXPECT_TRUE(scene.passes("step", {{"run", "book"}, {"steps", {"good"}}, {"result", {"ok"}}}));
  EXPECT_TRUE(scene.passes("step", {{"run", "book"}, {"steps", {"bad"}}, {"result", {"EINVAL"}}}));
  EXPECT_TRUE(scene.passes("step", {{"run", "book"}, {"steps", {"bad"}}, {"result", {"error"}}}));
  EXPECT_TRUE(scene.passes("step", {{"run", "book"}, {"steps", {"good", "bad"}}, {"result", {"any"}}}));
  EXPECT_THAT(scene.fails("step", {{"run", "book"}, {"steps", {"bad"}}, {"result", {"ok"}}}),
              HasSubstr("bad: EINVAL"));
  EXPECT_THAT(scene.fails("step", {{"run", "book"}, {"steps", {"bad"}}, {"result", {"ESRCH"}}}),
              HasSubstr("EINVAL"));
  EXPECT_THAT(scene.fails("step", {{"run", "book"}, {"steps", {"good"}}, {"result", {"error"}}}),
              HasSubstr("it worked"));
}

TEST(StepCheck, WhatDidNotComeBackNeverPasses) {
  const Scene scene = steps({{"stuck", step(-1, 0, true)}});
  EXPECT_THAT(scene.fails("step", {{"run", "book"}, {"steps", {"stuck"}}, {"result", {"any"}}}),
              HasSubstr("did not come back"));
}

TEST(StepCheck, EachStepCountsTheSame) {
  const Scene scene = steps({{"good", step(0, 0)}, {"bad", step(-1, 22)}});
  const Verdict verdict =
      scene.ask("step", {{"run", "book"}, {"steps", {"good", "bad"}}, {"result", {"ok"}}});
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.fraction, 0.5);
}

TEST(StepCheck, OneFailureAmongRepeatsIsOne) {
  const Scene scene = steps({{"again", step(0, 0, false, 5, 1)}});
  EXPECT_THAT(scene.fails("step", {{"run", "book"}, {"steps", {"again"}}, {"result", {"ok"}}}),
              HasSubstr("1 times of 5"));
}

TEST(StepCheck, MissingAndGarbledEvidenceFails) {
  EXPECT_THAT(steps(Json::object()).fails("step", {{"run", "book"}, {"steps", {"x"}}, {"result", {"any"}}}),
              HasSubstr("did not get there"));
  EXPECT_THAT(steps({{"x", {{"result", "0"}}}})
                  .fails("step", {{"run", "book"}, {"steps", {"x"}}, {"result", {"any"}}}),
              HasSubstr("nothing that can be read"));
  EXPECT_FALSE(steps({{"x", step(0, 0)}}).passes("step", {{"run", "book"}, {"steps", Json::array()}}));
}

TEST(StepCheck, UnknownErrorsAreRefusedWhenTheCaseIsLoaded) {
  const auto inspect = find_checker("step")->spec.inspect;
  EXPECT_EQ(inspect({{"result", {"ok", "EWHAT"}}}).at(0).pointer, "/result/1");
  EXPECT_TRUE(inspect({{"result", {"any", "ESRCH"}}}).empty());
}

Json system_state() {
  return {{"modules", {"virtio"}},
          {"tasks", {{1, "init", 0, "S"}, {2, "kthreadd", 0, "S"}, {9, "kworker/0:1", 2, "I"}}},
          {"sysfs", {"/sys/kernel/mm"}},
          {"proc", {"cpuinfo"}},
          {"taint", 4096},
          {"meminfo", {{"MemFree", 100 << 20}}},
          {"slabs", {{"mm_struct", 10}, {"task_struct", 20}}}};
}

Scene system_scene(const Json& after) {
  return Scene::of(Json::object(), {{"system", {{"before", system_state()}, {"after", after}}}});
}

const Json kLeft = {{"run", "book"}, {"before", "before"}, {"after", "after"}, {"tolerate", {"kworker/.*"}}};

TEST(NothingLeftCheck, PassesWhenAllIsAsBefore) {
  Json after = system_state();
  after["tasks"].push_back({77, "kworker/0:2", 2, "I"});
  after["tasks"].push_back({78, "workload", 1, "S"});
  after["taint"] = 4096 | 8192;
  EXPECT_TRUE(system_scene(after).passes("nothing_left", kLeft));
}

TEST(NothingLeftCheck, NamesEachThingThatIsLeft) {
  Json after = system_state();
  after["modules"].push_back("ktest");
  after["tasks"].push_back({77, "ktest", 2, "S"});
  after["sysfs"].push_back("/sys/kernel/mm/ktest");
  after["proc"].push_back("ktest");
  after["taint"] = 4096 | 512;
  const std::string message = system_scene(after).fails("nothing_left", kLeft);
  for (const char* part : {"module ktest", "kernel thread ktest", "sysfs entry /sys/kernel/mm/ktest",
                           "proc entry ktest", "a kernel warning"})
    EXPECT_THAT(message, HasSubstr(part));
}

TEST(NothingLeftCheck, WithoutTheLookItFails) {
  Json after = system_state();
  after.erase("tasks");
  EXPECT_THAT(system_scene(after).fails("nothing_left", kLeft), HasSubstr("did not get as far"));
  EXPECT_THAT(Scene::of(Json::object()).fails("nothing_left", kLeft), HasSubstr("did not get as far"));
}

const Json kLeak = {{"run", "book"},
                    {"before", "before"},
                    {"after", "after"},
                    {"slabs", {{"mm_struct", 0}, {"task_struct", 1}}},
                    {"free", 1 << 20}};

TEST(NoLeakCheck, ToleratesWhatTheCaseSays) {
  Json after = system_state();
  after["slabs"]["task_struct"] = 21;
  after["meminfo"]["MemFree"] = (100 << 20) - (1 << 20);
  EXPECT_TRUE(system_scene(after).passes("no_leak", kLeak));
  after["meminfo"]["MemFree"] = 200 << 20;
  EXPECT_TRUE(system_scene(after).passes("no_leak", kLeak));
}

TEST(NoLeakCheck, SaysWhatIsPinned) {
  Json after = system_state();
  after["slabs"]["mm_struct"] = 11;
  EXPECT_THAT(system_scene(after).fails("no_leak", kLeak), HasSubstr("mmput()"));
  after = system_state();
  after["slabs"]["task_struct"] = 22;
  EXPECT_THAT(system_scene(after).fails("no_leak", kLeak), HasSubstr("put_task_struct()"));
  after = system_state();
  after["meminfo"]["MemFree"] = 90 << 20;
  EXPECT_THAT(system_scene(after).fails("no_leak", kLeak), HasSubstr("10240 KiB"));
}

TEST(NoLeakCheck, ATaskThatIsThereIsNotPinned) {
  Json after = system_state();
  after["slabs"]["task_struct"] = 22;
  after["tasks"].push_back({77, "kworker/0:2", 2, "I"});
  EXPECT_TRUE(system_scene(after).passes("no_leak", kLeak));
}

TEST(NoLeakCheck, AllocationsOfEverySizeCountTogether) {
  Json before = system_state(), after = system_state(), params = kLeak;
  params["kmalloc"] = 150;
  EXPECT_THAT(system_scene(after).fails("no_leak", params), HasSubstr("did not get as far"));
  for (Json* const state : {&before, &after}) {
    (*state)["slabs"]["kmalloc-8"] = 1000;
    (*state)["slabs"]["kmalloc-cg-4k"] = 50;
  }
  const auto scene = [&] { return Scene::of({}, {{"system", {{"before", before}, {"after", after}}}}); };
  after["slabs"]["kmalloc-cg-4k"] = 200;
  EXPECT_TRUE(scene().passes("no_leak", params));
  after["slabs"]["kmalloc-8"] = 1001;
  EXPECT_THAT(scene().fails("no_leak", params), HasSubstr("kfree()"));
}

TEST(NoLeakCheck, WhatWasNotCountedIsNotBack) {
  Json after = system_state();
  after["slabs"].erase("mm_struct");
  EXPECT_THAT(system_scene(after).fails("no_leak", kLeak), HasSubstr("did not get as far"));
  after = system_state();
  after.erase("meminfo");
  EXPECT_THAT(system_scene(after).fails("no_leak", kLeak), HasSubstr("did not get as far"));
}

Scene log_scene(const std::vector<double>& times) {
  Json log = Json::array({{{"time_s", 0.5}, {"level", 6}, {"text", "something else"}}});
  for (const double time : times)
    log.push_back({{"time_s", time}, {"level", 6}, {"text", "ktest: hello world!"}});
  return Scene::of({{"marks", {{"on", 10.0}, {"off", 20.0}}}}, {{"log", log}});
}

Json guest_log_params(const Json& more) {
  Json params = {{"run", "book"}, {"matches", "hello world"}, {"from", "on"}, {"to", "off"},
                 {"at_least", 0}, {"within", 0.25},           {"grace", 0.3}};
  params.update(more);
  return params;
}

TEST(LogMessagesCheck, CountsBetweenTheMarks) {
  const Scene scene = log_scene({5, 10, 12, 14, 20.2, 21});
  EXPECT_TRUE(scene.passes("log_messages", guest_log_params({{"at_least", 4}, {"at_most", 4}})));
  EXPECT_THAT(scene.fails("log_messages", guest_log_params({{"at_least", 5}})), HasSubstr("4 messages"));
  EXPECT_THAT(scene.fails("log_messages", guest_log_params({{"at_most", 3}})), HasSubstr("4 messages"));
}

TEST(LogMessagesCheck, MeasuresTheInterval) {
  EXPECT_TRUE(log_scene({10, 12, 14.1, 16}).passes("log_messages", guest_log_params({{"every", 2.0}})));
  EXPECT_THAT(log_scene({10, 15, 20}).fails("log_messages", guest_log_params({{"every", 2.0}})),
              HasSubstr("every 5 s"));
  EXPECT_THAT(log_scene({10}).fails("log_messages", guest_log_params({{"every", 2.0}})),
              HasSubstr("not two"));
}

TEST(LogMessagesCheck, NoneMayComeAfterItWasSwitchedOff) {
  EXPECT_TRUE(log_scene({12, 20.1}).passes("log_messages", guest_log_params({{"none_after", "off"}})));
  EXPECT_THAT(log_scene({12, 25}).fails("log_messages", guest_log_params({{"none_after", "off"}})),
              HasSubstr("after it was switched off"));
}

TEST(LogMessagesCheck, WithoutLogOrMarkItFails) {
  EXPECT_THAT(Scene::of(Json::object()).fails("log_messages", guest_log_params(Json::object())),
              HasSubstr("no kernel log"));
  EXPECT_THAT(log_scene({12}).fails("log_messages", guest_log_params({{"to", "never"}})), HasSubstr("never"));
}

}  // namespace
}  // namespace memgrade::judge
