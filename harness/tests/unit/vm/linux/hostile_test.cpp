// What a Linux guest tells when something in it does its worst.
#include <gmock/gmock.h>

#include <harness/tests/unit/vm/linux/guests.hpp>

namespace memgrade::vm {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;
class GuestLinuxHostile : public test::GuestLinuxTest {
 protected:
  // Loads the test module, with a mark before and after.
  static JobRun loaded(const std::string& act, const std::string& more = {},
                       const JobLimits& limits = patient) {
    return ran("mark before\ninsmod load guest_module.ko act=" + act + " 100000\nmark after\n" + more,
               {module()}, limits);
  }
  static bool has(const JobRun& run, std::string_view kind, std::string_view name) {
    return bytes_of(run, kind, name) != "(none)";
  }
  static constexpr JobLimits patient{.wall_s = 200, .cpu_s = 100};
};

TEST_F(GuestLinuxHostile, PanicWhileLoading) {
  const JobRun run = loaded("panic");
  EXPECT_EQ(run.termination, JobTermination::panic);
  EXPECT_EQ(run.reason, "Kernel panic - not syncing: guest_module: on purpose");
  EXPECT_TRUE(has(run, "mark", "before"));
  EXPECT_FALSE(has(run, "mark", "after"));
  EXPECT_THAT(run.console.bytes, HasSubstr("guest_module_init"));
}

TEST_F(GuestLinuxHostile, TripleFaultWhileLoading) {
  const JobRun run = loaded("triple");
  EXPECT_EQ(run.termination, JobTermination::reset) << run.reason;
  EXPECT_TRUE(has(run, "mark", "before"));
}

TEST_F(GuestLinuxHostile, SysrqCrashesAndReboots) {
  const JobRun crash = ran("mark a\nwrite c /proc/sysrq-trigger c 1000\nmark b\n");
  EXPECT_EQ(crash.termination, JobTermination::panic);
  EXPECT_THAT(crash.reason, HasSubstr("sysrq"));
  const JobRun reboot = ran("mark a\nwrite b /proc/sysrq-trigger b 1000\nsleep s 5000\nmark b\n");
  EXPECT_EQ(reboot.termination, JobTermination::reset);
  EXPECT_TRUE(has(reboot, "mark", "a"));
  const JobRun off = ran("mark a\nstartroot off /bin/busybox poweroff -f\nsleep s 5000\nmark b\n");
  EXPECT_EQ(off.termination, JobTermination::poweroff);
}

TEST_F(GuestLinuxHostile, OopsIsSurvivedAndNotWaitedFor) {
  const JobRun run = loaded("oops", "sleep long 3600000\nsystem after taint modules\n");
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  EXPECT_EQ(step(run, "load")["died"], true);
  EXPECT_LT(step(run, "long")["ms"], 1000);
  EXPECT_THAT(all_of(run, "log", ""), HasSubstr("read_nothing"));
  EXPECT_NE(std::stoul(bytes_of(run, "taint", "after")) & 128U, 0U);
}

TEST_F(GuestLinuxHostile, KernelThatSpinsIsEndedSoon) {
  const JobRun run = loaded("spin");
  SCOPED_TRACE(run.console.bytes);
  EXPECT_EQ(run.termination, JobTermination::panic) << run.reason;
  EXPECT_TRUE(run.hung);
  EXPECT_THAT(run.console.bytes, HasSubstr("guest_module_init"));
  EXPECT_LT(run.cpu_s, 30);
}

TEST_F(GuestLinuxHostile, KernelThatWaitsForItsOwnLockIsEndedSoon) {
  const JobRun run = loaded("deadlock");
  SCOPED_TRACE(run.console.bytes);
  EXPECT_EQ(run.termination, JobTermination::panic) << run.reason;
  EXPECT_TRUE(run.hung);
  EXPECT_THAT(run.console.bytes, HasSubstr("guest_module_init"));
}

// The kernel's own report comes after four seconds of the guest's, which may be later than our NMI.
TEST_F(GuestLinuxHostile, BusyLoopIsASoftLockup) {
  const JobRun run = loaded("loop");
  SCOPED_TRACE(run.console.bytes);
  EXPECT_EQ(run.termination, JobTermination::panic) << run.reason;
  EXPECT_TRUE(run.hung);
  EXPECT_THAT(run.console.bytes, AnyOf(HasSubstr("soft lockup"), HasSubstr("RIP: 0010:guest_module_init")));
}

TEST_F(GuestLinuxHostile, BusyProcessesAreNoHang) {
  const JobRun run =
      ran("start a /bin/sh -c while%20:;do%20:;done\nstart b /bin/sh -c while%20:;do%20:;done\n"
          "sleep s 15000\nmark end\n");
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  EXPECT_FALSE(run.hung);
}

TEST_F(GuestLinuxHostile, LoadingThatNeverReturnsIsGivenUpAndReported) {
  const JobRun run = loaded("hang", "sleep on 30000\nmark end\n");
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  EXPECT_EQ(step(run, "load")["timed_out"], true);
  EXPECT_TRUE(has(run, "mark", "end"));
  EXPECT_THAT(all_of(run, "log", ""), HasSubstr("blocked for more than"));
}

TEST_F(GuestLinuxHostile, MistakesThatTheKernelSees) {
  for (const auto& [act, text] : std::vector<std::pair<std::string, std::string>>{
           {"warn", "WARNING: "}, {"list", "list_del corruption"}, {"atomic", "scheduling while atomic"}}) {
    const JobRun run = loaded(act);
    EXPECT_THAT(run.termination, AnyOf(JobTermination::done, JobTermination::panic)) << act << run.reason;
    EXPECT_THAT(all_of(run, "log", "") + run.console.bytes, HasSubstr(text)) << act;
  }
}

TEST_F(GuestLinuxHostile, ObjectFreedTwice) {
  const JobRun run = loaded("twice");
  EXPECT_THAT(all_of(run, "log", "") + run.console.bytes,
              AnyOf(HasSubstr("already free"), HasSubstr("Oops")));
}

TEST_F(GuestLinuxHostile, FloodOfTheLogIsCutInTheMiddle) {
  const JobRun run = loaded("flood", "rmmod off guest_module 5000\n");
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  const std::string log = all_of(run, "log", "");
  EXPECT_LT(log.size(), 3U << 20U);
  EXPECT_THAT(log, HasSubstr("line 0 of many"));
  EXPECT_THAT(log, HasSubstr("line 199999 of many"));
  EXPECT_THAT(log, HasSubstr("guest_module: gone"));
  EXPECT_THAT(bytes_of(run, "lost", "log"), StartsWith("{\"lines\":"));
}

TEST_F(GuestLinuxHostile, FloodOfTheConsoleIsTheEnd) {
  const JobRun run = ran(
      "startroot shout /bin/sh -c while%20:;do%20cat%20/proc/kallsyms;done>/dev/console\nsleep s 900000\n",
      {}, {.wall_s = 200, .cpu_s = 100, .output_bytes = 1U << 20});
  EXPECT_EQ(run.termination, JobTermination::output_limit) << run.reason;
}

TEST_F(GuestLinuxHostile, FullFileSystemIsAnErrorInTheGuest) {
  const JobRun run =
      ran("start fill /bin/dd if=/dev/zero of=/tmp/large bs=1M count=4000\njoin full fill 60000\n"
          "startroot more /bin/dd if=/dev/zero of=/root/large bs=1M count=4000\njoin full more 60000\n"
          "read still /proc/uptime 100 1000\n");
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason << run.console.bytes;
  EXPECT_THAT(all_of(run, "out", "fill"), HasSubstr("No space left on device"));
  EXPECT_THAT(all_of(run, "out", "more"), HasSubstr("No space left on device"));
  EXPECT_TRUE(has(run, "text", "still"));
}

TEST_F(GuestLinuxHostile, ProcessThatTakesAllMemoryIsKilled) {
  const GuestFile eater = program("eater", R"(
#include <stdlib.h>
#include <string.h>
int main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }
)");
  const JobRun run = ran("start eat eater\njoin end eat 60000\nread still /proc/uptime 100 1000\n", {eater});
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason << run.console.bytes;
  EXPECT_EQ(bytes_of(run, "exit", "eat"), R"({"status":0,"signal":9})");
  EXPECT_TRUE(has(run, "text", "still"));
  EXPECT_THAT(all_of(run, "log", ""), HasSubstr("Out of memory"));
}

TEST_F(GuestLinuxHostile, ModuleThatTakesAllMemory) {
  const JobRun run = loaded("eat");
  EXPECT_THAT(run.termination, AnyOf(JobTermination::done, JobTermination::panic)) << run.reason;
  EXPECT_TRUE(has(run, "mark", "before"));
}

TEST_F(GuestLinuxHostile, ForksWithoutEndAreBounded) {
  const JobRun run =
      ran("start bomb /bin/sh -c f(){%20f|f&};f\nsleep s 2000\nread still /proc/uptime 100 1000\n");
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  EXPECT_TRUE(has(run, "text", "still"));
}

// Root's processes can get at the port, by the agent's own descriptor.
constexpr const char* forger = R"(
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  int agent = syscall(SYS_pidfd_open, 1, 0), i;
  char path[64], target[64], forged[64];
  memset(forged, 0, sizeof forged);
  memcpy(forged, "MGR1", 4);
  for (i = 0; i < 64; i++) {
    snprintf(path, sizeof path, "/proc/1/fd/%d", i);
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n <= 0) continue;
    target[n] = 0;
    if (!strstr(target, "vport")) continue;
    int port = syscall(SYS_pidfd_getfd, agent, i, 0);
    if (write(port, forged, sizeof forged) == (ssize_t)sizeof forged) puts("forged");
  }
}
)";

TEST_F(GuestLinuxHostile, RecordsThatSomebodyElseWroteBreakTheEvidence) {
  const JobRun run = ran("mark before\nstartroot forge forger\njoin end forge 5000\nmark after\n",
                         {program("forger", forger)});
  EXPECT_EQ(run.termination, JobTermination::broken_evidence) << run.reason;
  EXPECT_TRUE(has(run, "mark", "before"));
  EXPECT_FALSE(has(run, "mark", "after"));
  EXPECT_THAT(run.reason, HasSubstr("a check value is wrong"));
}

TEST_F(GuestLinuxHostile, OrdinaryProcessCannotReachThePort) {
  const JobRun run =
      ran("start forge forger\njoin end forge 5000\nmark after\n", {program("forger", forger)});
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  EXPECT_EQ(all_of(run, "out", "forge"), "");
}

TEST_F(GuestLinuxHostile, PortThatIsTakenAwayBreaksTheEvidence) {
  const JobRun run =
      ran("mark before\nwrite off /sys/bus/virtio/drivers/virtio_console/unbind virtio0 5000\nmark after\n");
  EXPECT_EQ(run.termination, JobTermination::broken_evidence) << run.reason;
  EXPECT_TRUE(has(run, "mark", "before"));
}

TEST_F(GuestLinuxHostile, EvidenceHasItsRoom) {
  const JobRun run = ran("repeat 40\nread a /proc/kallsyms 1000000 20000\ndone\nmark end\n", {},
                         {.wall_s = 200, .cpu_s = 100, .evidence_bytes = 8U << 20});
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  EXPECT_TRUE(has(run, "mark", "end"));
  bool cut = false;
  std::size_t bytes = 0;
  for (const GuestRecord& record : run.records) {
    cut = cut || (record.kind == "text" && record.cut && record.bytes.empty());
    bytes += record.bytes.size();
  }
  EXPECT_TRUE(cut);
  EXPECT_LE(bytes, 8U << 20U);
}

TEST_F(GuestLinuxHostile, LimitsOfTheHost) {
  // A process that spins does not hang the kernel.
  EXPECT_EQ(ran("mark a\nstart spin /bin/sh -c while%20:;do%20:;done\nsleep s 90000000\n", {},
                {.wall_s = 2, .cpu_s = 100})
                .termination,
            JobTermination::wall_timeout);
  const JobRun cpu = ran("mark a\nstart spin /bin/sh -c while%20:;do%20:;done\nsleep s 90000000\n", {},
                         {.wall_s = 200, .cpu_s = 2});
  EXPECT_EQ(cpu.termination, JobTermination::cpu_timeout);
  EXPECT_TRUE(has(cpu, "mark", "a"));
}

}  // namespace
}  // namespace memgrade::vm
