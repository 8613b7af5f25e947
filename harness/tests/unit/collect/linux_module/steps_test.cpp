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
  EXPECT_EQ(parse_step("start work").error().message, "'start' takes NAME PATH [ARGS…]");
  EXPECT_EQ(parse_step("system mem").error().message, "'system' takes NAME WHAT…");
  EXPECT_EQ(parse_step("done now").error().message, "'done' takes nothing");
  EXPECT_THAT(parse_step("shell sh 24 80").error().message, HasSubstr("no step"));
  EXPECT_TRUE(parse_step("start work workload") && parse_step("start work workload 1 2 3"));
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

TEST(LinuxSteps, ShellScriptDoesWhatTheAgentDoes) {
  const auto steps =
      expand_steps({"start work workload \"a b\" 2", "await up work \"ready now\" 100",
                    "tell go work \"do it\"", "signal stop work 19", "join end work 100",
                    "write pid /sys/pid {pid:work} 10", "read vma /sys/vma 100 10", "sleep nap 5",
                    "remove old out.txt", "repeat twice 2", "mark m", "done", "rmmod bye ktest 9"},
                   kScripts, kValues);
  ASSERT_TRUE(steps) << steps.error().message;
  EXPECT_EQ(shell_script(*steps),
            "#!/bin/sh\n"
            "mkfifo /tmp/in_work; /job/workload 'a b' 2 < /tmp/in_work & pid_work=$!; exec 9> /tmp/in_work\n"
            "sleep 1  # until work says 'ready now'\n"
            "echo 'do it' >&9\n"
            "kill -19 $pid_work\n"
            "wait $pid_work\n"
            "printf %s ''$pid_work'' > /sys/pid\n"
            "cat /sys/vma\n"
            "usleep 5000\n"
            "rm -f /job/out.txt\n"
            "for i in $(seq 2); do\n"
            "# mark m\n"
            "done\n"
            "rmmod ktest\n");
}

}  // namespace
}  // namespace memgrade::collect
