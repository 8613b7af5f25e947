#include <gmock/gmock.h>
#include <harness/collect/linux_module/step_checks.hpp>

namespace memgrade::collect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Json lab = {
    {"module", "ktest"},
    {"programs", {{"workload", Json::object()}}},
    {"values", {{"dir", "/sys"}}},
    {"scripts", {{"watch", {"start workload workload", "write pid {dir}/pid {pid:workload} 5"}}}},
    {"shapes", Json::array({{{"shape", "course"}, {"values", {{"output", "/tmp/out"}}}}})}};

// "pointer: message" of each mistake.
std::vector<std::string> mistakes(const std::vector<std::string>& steps) {
  std::vector<std::string> texts;
  for (const SettingDiagnostic& one : inspect_steps(lab, {{"guest", "g"}, {"steps", steps}}, "/guests/0"))
    texts.push_back(one.pointer + ": " + one.message);
  return texts;
}

TEST(StepChecks, FindNothingInStepsThatNameWhatThereIs) {
  EXPECT_THAT(mistakes({"insmod load ktest.ko \"\" 5", "use watch", "signal stop workload 19",
                        "observe seen workload maps pages", "observe own self maps", "observe first 1 stat",
                        "start other /bin/true", "join gone other 5", "take file {output} 100",
                        "system after modules tasks", "rmmod unload ktest 5"}),
              IsEmpty());
}

TEST(StepChecks, TellEachNameOfNothingWhereItStands) {
  EXPECT_THAT(
      mistakes({"insmod load ktset.ko \"\" 5", "use wacth", "use watch", "signal stop worklaod 19",
                "observe seen workload mpas", "start other worklod", "read x {dyr}/func 9 5",
                "rmmod unload ktes 5", "write x {dir}/pid {pid:workloda} 5", "system after module"}),
      ElementsAre("/guests/0/steps/0: the job has no module 'ktset.ko'; did you mean 'ktest.ko'?",
                  "/guests/0/steps/1: no script 'wacth'; did you mean 'watch'?",
                  "/guests/0/steps/3: no step before starts a process 'worklaod'; did you mean 'workload'?",
                  "/guests/0/steps/4: 'observe' knows no 'mpas'; did you mean 'maps'?",
                  "/guests/0/steps/5: the lab has no program 'worklod'; did you mean 'workload'?",
                  "/guests/0/steps/6: there is no value 'dyr'; did you mean 'dir'?",
                  "/guests/0/steps/7: the job has no module 'ktes'; did you mean 'ktest'?",
                  "/guests/0/steps/8: no step before starts a process 'workloda'; did you mean 'workload'?",
                  "/guests/0/steps/9: 'system' knows no 'module'; did you mean 'modules'?"));
}

TEST(StepChecks, ShowAScriptsMistakeInTheScript) {
  Json wrong = lab;
  wrong["scripts"]["watch"][1] = "write pid {dir}/pid {pid:workloda} 5";
  const auto found = inspect_steps(wrong, {{"steps", {"use watch"}}}, "/guests/0");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].pointer, "lab:/scripts/watch/1");
}

}  // namespace
}  // namespace memgrade::collect
