#include <gmock/gmock.h>
#include <harness/collect/linux_module/steps.hpp>

namespace memgrade::collect {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Json kScripts = {{"load", {"insmod load ktest.ko \"\" 1000", "use watch"}},
                       {"watch", {"write pid {dir}/pid {pid:workload} 1000"}},
                       {"loop", {"use loop"}}};
const Json kValues = {{"dir", "/sys/kernel/mm/ktest"}, {"ms", 200}};

TEST(LinuxSteps, ScriptsAndValuesAreFilledIn) {
  const auto steps = expand_steps({"use load", "sleep nap {ms}"}, kScripts, kValues);
  ASSERT_TRUE(steps) << steps.error().message;
  ASSERT_EQ(steps->size(), 3U);
  EXPECT_THAT((*steps)[1].words,
              ElementsAre("write", "pid", "/sys/kernel/mm/ktest/pid", "{pid:workload}", "1000"));
  EXPECT_EQ(encode_steps(*steps),
            "insmod load ktest.ko % 1000\nwrite pid /sys/kernel/mm/ktest/pid {pid:workload} 1000\n"
            "sleep nap 200\n");
}

TEST(LinuxSteps, BlanksPercentAndBytesAreEncoded) {
  const auto step = parse_step("write junk /sys/x \"a b%\xff\" 10");
  ASSERT_TRUE(step);
  EXPECT_EQ(encode_steps({*step}), "write junk /sys/x a%20b%25%FF 10\n");
}

TEST(LinuxSteps, MistakesAreNamed) {
  EXPECT_EQ(parse_step("wrte a b c d").error().message, "no step \"wrte\"; did you mean 'write'?");
  EXPECT_EQ(parse_step("sleep 5").error().message, "'sleep' takes NAME MS");
  EXPECT_EQ(parse_step("mark \"a").error().message, "a quote is not closed");
  EXPECT_THAT(expand_steps({"use nothing"}, kScripts, kValues).error().message, HasSubstr("no script"));
  EXPECT_THAT(expand_steps({"use loop"}, kScripts, kValues).error().message, HasSubstr("uses itself"));
  EXPECT_THAT(expand_steps({"sleep a {sec}"}, kScripts, kValues).error().message, HasSubstr("no value"));
  EXPECT_FALSE(expand_steps({"repeat again 3", "mark a"}, kScripts, kValues));
  EXPECT_FALSE(expand_steps({"done"}, kScripts, kValues));
  EXPECT_FALSE(expand_steps({"repeat a 1", "repeat b 1", "done", "done"}, kScripts, kValues));
}

TEST(LinuxSteps, RepeatHasANameForTheReaderAlone) {
  const auto steps = expand_steps({"repeat twice 2", "mark m", "done"}, kScripts, kValues);
  ASSERT_TRUE(steps);
  EXPECT_EQ(encode_steps(*steps), "repeat 2\nmark m\ndone\n");
}

TEST(LinuxSteps, FactsFollowFromTheSteps) {
  const auto steps =
      expand_steps({"start work workload", "read vma /sys/vma 100 10", "observe first work maps pages"},
                   kScripts, kValues);
  ASSERT_TRUE(steps);
  const auto facts = facts_of_steps(*steps);
  for (const char* fact : {"printed.work", "exits.work.status", "values.vma", "steps.vma.errno",
                           "memory.first.count", "memory.first.data"})
    EXPECT_THAT(facts, Contains(fact));
}

TEST(LinuxSteps, ShellScriptUsesTheShellsOwnPids) {
  const auto steps = expand_steps({"use load"}, kScripts, kValues);
  ASSERT_TRUE(steps);
  EXPECT_THAT(shell_script(*steps), HasSubstr("insmod /job/ktest.ko"));
  EXPECT_THAT(shell_script(*steps), HasSubstr("$pid_workload"));
}

}  // namespace
}  // namespace memgrade::collect
