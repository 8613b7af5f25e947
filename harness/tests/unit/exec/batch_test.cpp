// Runs of a batch: each as if it had a sandbox of its own.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <harness/tests/unit/exec/sandbox_fixture.hpp>
#include <thread>

namespace memgrade::exec {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Lt;

class BatchTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (work_) batches_ = batches();
  }
  void TearDown() override {
    batches_.reset();
    SandboxTest::TearDown();
  }
  BatchRun run(const BatchRequest& request, const Limits& limits = {.wall_s = 30}) {
    auto ran = batches_->run(request, limits);
    EXPECT_TRUE(ran) << ran.error().text();
    EXPECT_EQ(batches_->unavailable(), "");
    if (ran) return std::move(*ran);
    return {Outcome{}, *TempDir::make(work_->path(), "none-")};
  }
  BatchRun script(const std::string& text) { return run({.argv = {"sh", "-c", text}}); }
  Outcome attack(std::vector<std::string> words) { return run({.argv = attacker(std::move(words))}).outcome; }

  std::unique_ptr<Batches> batches_;
};

TEST_F(BatchTest, TellsHowEachRunEnded) {
  EXPECT_EQ(script("exit 3").outcome.exit_status, 3);
  EXPECT_EQ(script("kill -SEGV $$").outcome.signal, SIGSEGV);
  EXPECT_EQ(run({.argv = {"/no/such"}}).outcome.termination, Termination::not_started);
  const Outcome said = script("echo out; echo err >&2; pwd; echo $HOME $WORD; id -un").outcome;
  EXPECT_EQ(said.out.bytes, "out\n/work\n/tmp\nstudent\n");
  EXPECT_EQ(said.err.bytes, "err\n");
  EXPECT_EQ(run({.argv = {"sh", "-c", "cat; echo $WORD"}, .environment = {{"WORD", "w"}}, .input = "in\n"})
                .outcome.out.bytes,
            "in\nw\n");
  EXPECT_EQ(batches_->runners().size(), 1U) << "all of them were runs of one batch";
}

TEST_F(BatchTest, FilesGoInAndComeOut) {
  const BatchRun ran =
      run({.argv = {"sh", "-c", "cp given made; rm given; ls -a"}, .files = {{"given", "bytes"}}});
  EXPECT_EQ(ran.outcome.out.bytes, ".\n..\nmade\n");
  EXPECT_EQ(*read_file(ran.folder.path() / "made"), "bytes");
  EXPECT_FALSE(fs::exists(ran.folder.path() / "given"));
}

TEST_F(BatchTest, FiguresAreTheRunsOwn) {
  const Limits limits{.wall_s = 60, .memory_bytes = 600 * mib};
  const Outcome large = run({.argv = attacker({"memory-burst", "40"})}, limits).outcome;
  EXPECT_THAT(large.peak_bytes, Ge(40 * mib));
  const Outcome small = script("exit 0").outcome;
  EXPECT_THAT(small.peak_bytes, AllOf(Ge(1U), Lt(20 * mib)));
  const Outcome busy = run({.argv = attacker({"cpu"})}, {.wall_s = 60, .cpu_s = 0.3}).outcome;
  EXPECT_EQ(busy.termination, Termination::cpu_timeout);
  EXPECT_THAT(script("exit 0").outcome.cpu_s, Lt(0.2));
}

TEST_F(BatchTest, NothingIsLeftForALaterRun) {
  EXPECT_EQ(attack({"leave-word"}).exit_status, 0);
  const Outcome found = attack({"find-word", "0"});
  EXPECT_EQ(found.exit_status, 0) << found.err.bytes;
  EXPECT_EQ(batches_->runners().size(), 1U);
}

TEST_F(BatchTest, ProcessesEndWithTheirRun) {
  for (const char* streams : {"close", "keep"}) {
    const BatchRun left = run({.argv = attacker({"daemon", streams})});
    EXPECT_EQ(left.outcome.exit_status, 0);
    const auto beats = fs::file_size(left.folder.path() / "beat");
    EXPECT_EQ(script("set -- /proc/[0-9]*; echo $#").outcome.out.bytes, "2\n") << "ours and sh";
    EXPECT_EQ(fs::file_size(left.folder.path() / "beat"), beats);
  }
}

TEST_F(BatchTest, TheRunnerIsOutOfReach) {
  std::ignore = script("exit 0");
  const auto before = batches_->runners();
  const Outcome attacked = attack({"attack-runner", CONFINE_FOLDERS});
  EXPECT_EQ(attacked.exit_status, 0) << attacked.err.bytes;
  EXPECT_EQ(attack({"kill-parent"}).exit_status, 7);
  EXPECT_EQ(attack({"kill-all"}).exit_status, 7);
  EXPECT_EQ(attack({"trace"}).exit_status, 0);
  EXPECT_EQ(attack({"forge"}).exit_status, 5);
  EXPECT_EQ(batches_->runners(), before);
}

TEST_F(BatchTest, ARunHasNoRights) {
  const Outcome status = script("cat /proc/self/status; id -u").outcome;
  EXPECT_THAT(status.out.bytes, HasSubstr("CapPrm:\t0000000000000000\n"));
  EXPECT_THAT(status.out.bytes, HasSubstr("CapEff:\t0000000000000000\n"));
  EXPECT_THAT(status.out.bytes, HasSubstr("NoNewPrivs:\t1\n"));
  EXPECT_NE(script("mount -t tmpfs x /tmp").outcome.exit_status, 0);
  const BatchRun made = script("touch file; stat -c %u file; id -u");
  EXPECT_THAT(made.outcome.out.bytes, testing::Not(HasSubstr("0\n0\n")));
}

TEST_F(BatchTest, TheRunnerHasNoRightsOnTheHost) {
  std::ignore = script("exit 0");
  const auto status = read_file(fmt::format("/proc/{}/status", batches_->runners().at(0)));
  ASSERT_TRUE(status);
  EXPECT_THAT(*status, HasSubstr("CapEff:\t0000000000000000\n"));
  EXPECT_THAT(*status, HasSubstr("CapPrm:\t0000000000000000\n"));
  if (::getuid() == 0) {
    EXPECT_THAT(*status, testing::Not(HasSubstr("Uid:\t0")));
  }
}

TEST_F(BatchTest, ARunnerThatDiedCostsNobodyARun) {
  std::ignore = script("exit 0");
  const pid_t first = batches_->runners().at(0);
  // Between two runs: another one is opened.
  ::kill(first, SIGKILL);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(script("exit 4").outcome.exit_status, 4);
  const pid_t second = batches_->runners().at(0);
  EXPECT_NE(second, first);
  // In a run: it is done once more, in a sandbox of its own and a fresh folder.
  std::jthread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ::kill(second, SIGKILL);
  });
  const BatchRun again = script("test ! -e mark && touch mark && sleep 0.5 && echo whole");
  EXPECT_EQ(again.outcome.termination, Termination::exited);
  EXPECT_EQ(again.outcome.out.bytes, "whole\n");
  EXPECT_EQ(script("exit 5").outcome.exit_status, 5);
}

TEST_F(BatchTest, LimitsAreTheRunsOwn) {
  EXPECT_EQ(run({.argv = {"sleep", "9"}}, {.wall_s = 0.2}).outcome.termination, Termination::wall_timeout);
  EXPECT_EQ(run({.argv = attacker({"fork-bomb"})}, {.wall_s = 60, .processes = 20}).outcome.termination,
            Termination::process_limit);
  EXPECT_EQ(script("exit 6").outcome.exit_status, 6);
  EXPECT_EQ(batches_->runners().size(), 1U);
}

TEST_F(BatchTest, SeveralThreadsHaveSeveralBatches) {
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 5; ++i) {
        const auto ran = batches_->run(
            {.argv = {"sh", "-c", fmt::format("sleep 0.02; echo {}-{}", thread, i)}}, {.wall_s = 30});
        right += ran && ran->outcome.out.bytes == fmt::format("{}-{}\n", thread, i);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 15);
  // A batch outlives the thread that opened it.
  const auto runners = batches_->runners();
  EXPECT_THAT(runners.size(), AllOf(Ge(1U), testing::Le(3U)));
  EXPECT_EQ(script("exit 2").outcome.exit_status, 2);
  EXPECT_EQ(batches_->runners().size(), runners.size());
}

TEST_F(BatchTest, AnInterruptEndsTheRun) {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  const auto ran = batches_->run({.argv = {"sleep", "9"}}, {.wall_s = 30}, stop.get_token());
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::interrupted);
}

TEST_F(BatchTest, WithoutASandboxEachRunIsAlone) {
  Batches alone(Sandbox::none(), {{hostile_, "/hostile", false}}, "/work", work_->path());
  const auto ran =
      alone.run({.argv = {"/hostile", "find-word", "1"}, .files = {{"given", "x"}}}, {.wall_s = 30});
  ASSERT_TRUE(ran) << ran.error().text();
  EXPECT_EQ(ran->outcome.exit_status, 0) << ran->outcome.err.bytes;
  EXPECT_TRUE(alone.runners().empty());
}

}  // namespace
}  // namespace memgrade::exec
