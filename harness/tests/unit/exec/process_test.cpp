#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/process.hpp>
#include <thread>

namespace memgrade::exec {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Lt;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Command shell(const std::string& script) {
  return {.argv = {"sh", "-c", script}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

Outcome ran(const Command& command, const Limits& limits = {.wall_s = 30}) {
  auto outcome = run(command, limits);
  EXPECT_TRUE(outcome) << outcome.error().text();
  return outcome.value_or(Outcome{});
}

TEST(Run, KeepsStatusAndBothStreams) {
  const Outcome outcome = ran(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(outcome.termination, Termination::exited);
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_EQ(outcome.out.bytes, "out\n");
  EXPECT_EQ(outcome.err.bytes, "err\n");
  EXPECT_FALSE(outcome.out.cut);
  EXPECT_THAT(outcome.wall_s, AllOf(Ge(0.0), Lt(20.0)));
}

TEST(Run, TellsADeathBySignalFromAnExitStatus) {
  const Outcome killed = ran(shell("kill -SEGV $$"));
  EXPECT_EQ(killed.termination, Termination::signaled);
  EXPECT_EQ(killed.signal, SIGSEGV);
  const Outcome exited = ran(shell("exit 139"));
  EXPECT_EQ(exited.termination, Termination::exited);
  EXPECT_EQ(exited.exit_status, 139);
  EXPECT_EQ(ran(shell("exit 127")).exit_status, 127);
}

TEST(Run, CommandThatIsNotThereIsOurError) {
  const auto missing = run({.argv = {"no-such-program"}, .environment = {{"PATH", "/usr/bin"}}}, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::infrastructure);
  EXPECT_THAT(missing.error().message, HasSubstr("no-such-program"));
  EXPECT_FALSE(run({.argv = {"/etc/passwd"}}, {}));
  EXPECT_FALSE(run({.argv = {"/no/such/file"}}, {}));
  EXPECT_FALSE(run({.argv = {"/bin/true"}, .directory = "/no/such/directory"}, {}));
  EXPECT_FALSE(run({.argv = {}}, {}));
}

TEST(Run, NothingOfOurEnvironmentIsInherited) {
  ::setenv("SECRET", "1", 1);
  const Outcome outcome = ran({.argv = {"/usr/bin/env"}, .environment = {{"A", "b"}}});
  EXPECT_EQ(outcome.out.bytes, "A=b\n");
}

TEST(Run, WorksInTheDirectoryAndReadsTheInput) {
  Command command = shell("pwd; cat");
  command.directory = "/usr/lib";
  EXPECT_EQ(ran(command).out.bytes, "/usr/lib\n");
  command.input = std::string(300'000, 'i') + "end";
  EXPECT_EQ(ran(command).out.bytes, "/usr/lib\n" + command.input);
  command = shell("exit 0");
  command.input = std::string(300'000, 'i');
  EXPECT_EQ(ran(command).termination, Termination::exited);
}

TEST(Run, ArgumentsAreNoShellLine) {
  EXPECT_EQ(ran({.argv = {"/bin/echo", "$HOME; rm *", "a  b"}}).out.bytes, "$HOME; rm * a  b\n");
}

TEST(Run, OnlyThreeDescriptorsReachTheChild) {
  // One that an inattentive library could have left open.
  const int open_one = ::open("/dev/null", O_RDONLY);
  const Outcome outcome = ran({.argv = {"/bin/ls", "/proc/self/fd"}});
  ::close(open_one);
  EXPECT_EQ(outcome.out.bytes, "0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

TEST(Run, ChildHasDefaultSignals) {
  ::signal(SIGPIPE, SIG_IGN);
  const Outcome outcome = ran({.argv = {"/bin/grep", "^Sig[BI]", "/proc/self/status"}});
  ::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(outcome.out.bytes, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Run, FirstBytesAreKeptAndTheRestIsCounted) {
  const Outcome outcome =
      ran(shell("head -c 1000000 /dev/zero | tr '\\0' x; echo e >&2"), {.wall_s = 30, .stdout_bytes = 1000});
  EXPECT_EQ(outcome.termination, Termination::exited);
  EXPECT_EQ(outcome.out.bytes, std::string(1000, 'x'));
  EXPECT_EQ(outcome.out.total_bytes, 1'000'000U);
  EXPECT_TRUE(outcome.out.cut);
  EXPECT_EQ(outcome.err.bytes, "e\n");
}

TEST(Run, EndlessOutputEndsTheRun) {
  const Outcome outcome = ran(shell("yes"), {.wall_s = 30, .stdout_bytes = 10, .output_bytes = 1U << 20});
  EXPECT_EQ(outcome.termination, Termination::output_limit);
  EXPECT_EQ(outcome.limit, "1 MiB of output");
  EXPECT_EQ(outcome.out.bytes, "y\ny\ny\ny\ny\n");
}

TEST(Run, WallLimitEndsAProgramThatIgnoresSignals) {
  const Outcome outcome =
      ran(shell("trap '' TERM INT HUP; echo begun; while :; do sleep 0.05; done"), {.wall_s = 0.4});
  EXPECT_EQ(outcome.termination, Termination::wall_timeout);
  EXPECT_EQ(outcome.limit, "0.4 s");
  EXPECT_EQ(outcome.out.bytes, "begun\n");
  EXPECT_THAT(outcome.wall_s, AllOf(Ge(0.39), Lt(5.0)));
}

TEST(Run, CpuLimitCountsTheWholeTree) {
  const Outcome outcome =
      ran(shell("for i in 1 2 3; do sh -c 'while :; do :; done' & done; wait"), {.wall_s = 60, .cpu_s = 0.5});
  EXPECT_EQ(outcome.termination, Termination::cpu_timeout);
  EXPECT_EQ(outcome.limit, "0.5 s of CPU time");
  EXPECT_THAT(outcome.cpu_s, AllOf(Ge(0.5), Lt(3.0)));
}

TEST(Run, QuietLimitCountsFromTheLastByte) {
  const Outcome outcome = ran(shell("for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done; sleep 60"),
                              {.wall_s = 30, .quiet_s = 0.4});
  EXPECT_EQ(outcome.termination, Termination::quiet_timeout);
  EXPECT_EQ(outcome.limit, "0.4 s without output");
  EXPECT_THAT(outcome.out.bytes, HasSubstr("6"));
  EXPECT_THAT(outcome.wall_s, Ge(0.9));
}

TEST(Run, MemoryLimitAndPeakAreOfTheTree) {
  const std::string eat = "exec perl -e '$x = \"x\" x (50 << 20); sleep 60'";
  const Outcome outcome =
      ran(shell("(" + eat + ") & (" + eat + ") & wait"), {.wall_s = 30, .memory_bytes = 80U << 20});
  EXPECT_EQ(outcome.termination, Termination::memory_limit);
  EXPECT_EQ(outcome.limit, "80 MiB of memory");
  EXPECT_THAT(outcome.peak_bytes, Ge(80U << 20));
}

TEST(Run, ProcessLimitCountsTheTree) {
  const Outcome outcome =
      ran(shell("for i in 1 2 3 4 5 6 7 8; do sleep 60 & done; wait"), {.wall_s = 30, .processes = 5});
  EXPECT_EQ(outcome.termination, Termination::process_limit);
  EXPECT_EQ(outcome.limit, "5 processes");
}

TEST(Run, FileAndDiskLimitsEndTheRun) {
  const auto directory = TempDir::make(fs::temp_directory_path(), "memgrade-exec-");
  ASSERT_TRUE(directory);
  Command command = shell("exec head -c 10000000 /dev/zero > big");
  command.directory = directory->path();
  const Outcome one = ran(command, {.wall_s = 30, .file_bytes = 1U << 20});
  EXPECT_EQ(one.termination, Termination::disk_limit);
  EXPECT_EQ(one.limit, "1 MiB in one file");
  // Over before the first look at the disk, and found in the last.
  const Outcome all = ran(command, {.wall_s = 30, .disk_bytes = 5U << 20});
  EXPECT_EQ(all.termination, Termination::disk_limit);
  EXPECT_EQ(all.limit, "5 MiB on disk");
}

TEST(Run, BackgroundChildDoesNotHoldTheRun) {
  const double before = now_s();
  const Outcome outcome = ran(shell("echo main; (sleep 60; echo late) & exit 4"));
  EXPECT_EQ(outcome.termination, Termination::exited);
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_EQ(outcome.out.bytes, "main\n");
  EXPECT_LT(now_s() - before, 10);
}

TEST(Run, NothingOfTheGroupIsLeft) {
  const Outcome outcome = ran(shell("sleep 61 & echo $!; sleep 62 > /dev/null 2>&1 & echo $!"));
  for (const std::string& pid : split_words(outcome.out.bytes)) {
    const auto stat = read_file("/proc/" + pid + "/stat");
    // Gone, or killed and not yet reaped by process 1.
    EXPECT_TRUE(!stat || stat->find(") Z ") != std::string::npos) << *stat;
  }
}

TEST(Run, WhatAGroupPrintsAtItsEndIsKept) {
  const Outcome outcome = ran(shell("(sleep 0.02; echo late) & exit 0"));
  EXPECT_EQ(outcome.out.bytes, "late\n");
}

TEST(Run, StopEndsItWithAnError) {
  std::stop_source source;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    source.request_stop();
  });
  const double before = now_s();
  const auto outcome = run(shell("sleep 60"), {.wall_s = 60}, source.get_token());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::interrupted);
  EXPECT_LT(now_s() - before, 20);
  EXPECT_EQ(run(shell("sleep 60"), {.wall_s = 60}, source.get_token()).error().kind, ErrorKind::interrupted);
}

TEST(Run, ManyAtOnceFromSeveralThreads) {
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 10; ++i) {
        const std::string word = std::to_string(thread * 100 + i);
        const auto outcome = run({.argv = {"/bin/sh", "-c", "cat; exit 5"}, .input = word}, {.wall_s = 60});
        right += outcome && outcome->out.bytes == word && outcome->exit_status == 5;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 80);
}

TEST(Run, ASiblingDoesNotKeepAPipeOpen) {
  std::jthread sleeper([] { EXPECT_EQ(ran(shell("sleep 1")).termination, Termination::exited); });
  const double before = now_s();
  for (int i = 0; i < 20; ++i) ran(shell("echo x"));
  EXPECT_LT(now_s() - before, 20);
}

TEST(Run, DescriptorsAreGivenBack) {
  const auto open_ones = [] { return std::distance(fs::directory_iterator("/proc/self/fd"), {}); };
  ran(shell("echo x"));
  const auto before = open_ones();
  for (int i = 0; i < 20; ++i) ran(shell("echo x; exit 1"));
  EXPECT_FALSE(run({.argv = {"/no/such/file"}}, {}));
  EXPECT_EQ(open_ones(), before);
}

TEST(Run, ChildrenDieWithTheGrader) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t grader = ::fork();
  if (grader == 0) {
    ::close(ends[0]);
    // The child's own group and streams do not matter: it must go because this process goes.
    const auto outcome = run({.argv = {"/bin/sh", "-c",
                                       "echo $$ > /proc/" + std::to_string(::getpid()) + "/fd/" +
                                           std::to_string(ends[1]) + "; exec sleep 60"}},
                             {.wall_s = 60});
    ::_exit(outcome ? 0 : 1);
  }
  ::close(ends[1]);
  char text[32] = {};
  ASSERT_GT(::read(ends[0], text, sizeof text - 1), 0);
  ::close(ends[0]);
  ::kill(grader, SIGKILL);
  ::waitpid(grader, nullptr, 0);
  const std::string stat = "/proc/" + std::string(trim(text)) + "/stat";
  const auto over = [&] {
    const auto content = read_file(stat);
    return !content || content->find(") Z ") != std::string::npos;
  };
  for (int i = 0; i < 500 && !over(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(over());
}

TEST(Run, TotalsGrow) {
  const Totals before = totals();
  ran(shell("while [ $((i += 1)) -lt 20000 ]; do :; done"));
  const Totals after = totals();
  EXPECT_EQ(after.runs, before.runs + 1);
  EXPECT_GT(after.wall_s, before.wall_s);
  EXPECT_GT(after.cpu_s, before.cpu_s);
}

}  // namespace
}  // namespace memgrade::exec
