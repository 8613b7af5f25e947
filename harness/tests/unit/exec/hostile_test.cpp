// What hostile programs (harness/tests/hostile) come to in the sandbox: each has a true ending, and leaves
// nothing.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <harness/base/trees.hpp>
#include <harness/tests/unit/exec/sandbox_fixture.hpp>
#include <thread>

namespace memgrade::exec {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Lt;

// Each attack from a sandbox of its own, and from a batch. What the latter leaves in its folder is put where
// a single run would have left it.
class HostileTest : public SandboxTest, public testing::WithParamInterface<const char*> {
 protected:
  Outcome attack(std::vector<std::string> words, const Limits& limits = {.wall_s = 30}) {
    return run(confined(attacker(std::move(words))), limits);
  }
  Outcome run(const Confined& command, const Limits& limits = {.wall_s = 30}) {
    if (GetParam() == std::string("single")) return ran(command, limits);
    if (!batches_) batches_ = batches();
    auto ran =
        batches_->run({.argv = command.argv, .address_space_limit = command.address_space_limit}, limits);
    EXPECT_TRUE(ran) << ran.error().text();
    EXPECT_EQ(batches_->unavailable(), "");
    if (!ran) return {};
    for (const auto& entry : fs::directory_iterator(ran->folder.path()))
      fs::rename(entry.path(), work_->path() / entry.path().filename());
    return std::move(ran->outcome);
  }
  void TearDown() override {
    batches_.reset();
    SandboxTest::TearDown();
  }

 private:
  std::unique_ptr<Batches> batches_;
};
INSTANTIATE_TEST_SUITE_P(In, HostileTest, testing::Values("single", "batch"),
                         [](const auto& each) { return std::string(each.param); });

TEST_P(HostileTest, KillersReachNobody) {
  EXPECT_EQ(attack({"kill-parent"}).exit_status, 7);
  EXPECT_EQ(attack({"kill-group"}).signal, SIGKILL);
  EXPECT_EQ(attack({"kill-all"}).exit_status, 7);
  EXPECT_EQ(attack({"limit-parent"}).exit_status, 6);
}

TEST_P(HostileTest, DaemonEndsWithTheCommand) {
  for (const char* streams : {"close", "keep"}) {
    const Outcome outcome = attack({"daemon", streams});
    EXPECT_EQ(outcome.termination, Termination::exited);
    EXPECT_EQ(outcome.exit_status, 0);
    const auto beats = fs::file_size(work_->path() / "beat");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(fs::file_size(work_->path() / "beat"), beats);
    fs::remove(work_->path() / "beat");
  }
}

// Waiting is by events: a stream or a socket that is closed already must not wake the watcher again and
// again.
TEST_P(HostileTest, WatchingAProgramThatLoopsCostsNothing) {
  const auto of_this_thread = [] {
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  };
  std::ignore = run(confined({"true"}));  // sets up a batch
  for (const char* streams : {"", "exec <&- >&- 2>&-; "}) {
    const double before = of_this_thread();
    const Outcome outcome = run(
        confined({"sh", "-c", streams + std::string("trap '' TERM; while :; do :; done")}), {.wall_s = 1});
    EXPECT_EQ(outcome.termination, Termination::wall_timeout) << streams;
    EXPECT_LT(of_this_thread() - before, 0.2) << streams;
  }
}

TEST_P(HostileTest, BombsAreStopped) {
  for (const char* bomb : {"fork-bomb", "thread-bomb"}) {
    const Outcome outcome = attack({bomb}, {.wall_s = 60, .processes = 30});
    EXPECT_EQ(outcome.termination, Termination::process_limit) << bomb;
    EXPECT_EQ(outcome.limit, "30 processes");
  }
}

TEST_P(HostileTest, MemoryLimitCountsTheTreeAndShortBursts) {
  const Limits limits{.wall_s = 60, .memory_bytes = 64 * mib};
  for (const auto& words :
       {std::vector<std::string>{"memory"}, {"memory-together", "20"}, {"memory-burst", "80"}}) {
    const Outcome outcome = attack(words, limits);
    EXPECT_EQ(outcome.termination, Termination::memory_limit) << words[0];
    EXPECT_EQ(outcome.limit, "64 MiB of memory");
    EXPECT_THAT(outcome.peak_bytes, Ge(64 * mib));
  }
}

TEST_P(HostileTest, SharedMemoryCountsOnce) {
  const Outcome outcome = attack({"memory-shared", "40"}, {.wall_s = 60, .memory_bytes = 64 * mib});
  EXPECT_EQ(outcome.termination, Termination::exited) << outcome.limit;
  EXPECT_THAT(outcome.peak_bytes, AllOf(Ge(40 * mib), Lt(64 * mib)));
}

TEST_P(HostileTest, AddressSpaceIsLimitedUnlessSwitchedOff) {
  Confined command = confined({"/hostile", "reserve", "100"});
  const Limits limits{.wall_s = 30, .memory_bytes = 64 * mib};
  EXPECT_EQ(run(command, limits).exit_status, 3);
  command.address_space_limit = false;
  EXPECT_EQ(run(command, limits).exit_status, 0);
}

TEST_P(HostileTest, FloodsOfOutputEndTheRun) {
  for (const auto& words : {std::vector<std::string>{"flood"}, {"flood", "err"}}) {
    const Outcome outcome =
        attack(words, {.wall_s = 60, .stdout_bytes = 100, .stderr_bytes = 100, .output_bytes = 4 * mib});
    EXPECT_EQ(outcome.termination, Termination::output_limit);
    EXPECT_EQ(outcome.limit, "4 MiB of output");
  }
}

TEST_P(HostileTest, OneFileIsLimited) {
  const Limits limits{.wall_s = 60, .file_bytes = 2 * mib};
  const Outcome outcome = attack({"fill-file"}, limits);
  EXPECT_EQ(outcome.termination, Termination::disk_limit);
  EXPECT_EQ(outcome.limit, "2 MiB in one file");
  EXPECT_EQ(fs::file_size(work_->path() / "big"), 2 * mib);
  // One that ignores the signal gets an error from write, and ends by itself.
  EXPECT_EQ(attack({"fill-file-on"}, limits).exit_status, EFBIG);
}

TEST_P(HostileTest, TheWholeDiskIsLimited) {
  const Limits limits{.wall_s = 60, .disk_bytes = 20 * mib, .disk_files = 2000};
  const Outcome big = attack({"fill-file"}, limits);
  EXPECT_EQ(big.termination, Termination::disk_limit);
  EXPECT_EQ(big.limit, "20 MiB on disk");
  fs::remove(work_->path() / "big");
  const Outcome unlinked = attack({"fill-unlinked"}, limits);
  EXPECT_EQ(unlinked.termination, Termination::disk_limit);
  const Outcome many = attack({"many-files"}, limits);
  EXPECT_EQ(many.termination, Termination::disk_limit);
  EXPECT_EQ(many.limit, "2000 files");
}

TEST_P(HostileTest, DirectoriesWithoutEndAreLimited) {
  const Outcome outcome = attack({"deep"}, {.wall_s = 60, .disk_bytes = 2000 * mib, .disk_files = 1'000'000});
  EXPECT_EQ(outcome.termination, Termination::disk_limit);
}

TEST_P(HostileTest, FileSystemsInMemoryAreSmall) {
  for (const char* path : {"/tmp/x", "/dev/shm/x"}) {
    const Outcome outcome = attack({"fill-path", path}, {.wall_s = 60, .disk_bytes = 8 * mib});
    EXPECT_EQ(outcome.termination, Termination::exited) << path;
    EXPECT_EQ(outcome.exit_status, ENOSPC) << path;
  }
}

TEST_P(HostileTest, NoNetworkNotEvenToTheHost) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&here), size), 0);
  ASSERT_EQ(::listen(listener, 5), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&here), &size), 0);
  const std::string name = "memgrade-test-" + std::to_string(::getpid());
  const int local = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un abstract{};
  abstract.sun_family = AF_UNIX;
  name.copy(abstract.sun_path + 1, name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  ASSERT_EQ(::bind(local, reinterpret_cast<sockaddr*>(&abstract), length), 0);
  ASSERT_EQ(::listen(local, 5), 0);
  const Outcome outcome = attack({"network", std::to_string(ntohs(here.sin_port)), name});
  ::close(listener);
  ::close(local);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err.bytes;
  EXPECT_EQ(outcome.termination, Termination::exited);
}

TEST_P(HostileTest, TheWitnessCannotBeTracedOrForged) {
  const Outcome traced = attack({"trace"});
  EXPECT_EQ(traced.exit_status, 0) << traced.err.bytes;
  EXPECT_EQ(traced.termination, Termination::exited);
  const Outcome forged = attack({"forge"});
  EXPECT_EQ(forged.exit_status, 5) << forged.err.bytes;
}

TEST_P(HostileTest, NothingOutsideCanBeSeenOrWritten) {
  Confined command = confined({"/hostile", "outside", work_->path(), fs::current_path(), MEMGRADE_SOURCE_DIR,
                               "/root", "/home", "/var", "/sys", "/etc/shadow", "/etc/hostname"});
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err.bytes;
  EXPECT_EQ(outcome.termination, Termination::exited);
}

TEST_P(HostileTest, ProgramsThatDoNotEndMeetTheDeadline) {
  for (const char* mode : {"stop", "ignore", "close-streams"}) {
    const Outcome outcome = attack({mode}, {.wall_s = 0.3});
    EXPECT_EQ(outcome.termination, Termination::wall_timeout) << mode;
    EXPECT_EQ(outcome.limit, "0.3 s");
    EXPECT_THAT(outcome.wall_s, AllOf(Ge(0.29), Lt(10.0)));
  }
}

TEST_P(HostileTest, CpuLimitCountsEveryProcess) {
  for (const char* mode : {"cpu", "cpu-together", "cpu-in-turn"}) {
    const Outcome outcome = attack({mode}, {.wall_s = 60, .cpu_s = 0.4});
    EXPECT_EQ(outcome.termination, Termination::cpu_timeout) << mode;
    EXPECT_EQ(outcome.limit, "0.4 s of CPU time");
    EXPECT_THAT(outcome.cpu_s, AllOf(Ge(0.4), Lt(3.0)));
  }
}

TEST_P(HostileTest, SilenceIsLimited) {
  const Outcome outcome = attack({"quiet"}, {.wall_s = 60, .quiet_s = 0.6});
  EXPECT_EQ(outcome.termination, Termination::quiet_timeout);
  EXPECT_EQ(outcome.out.bytes, "tick\ntick\ntick\ntick\ntick\n");
}

TEST_P(HostileTest, DirectoriesWithoutRightsAreMended) {
  EXPECT_EQ(attack({"lock-out"}).exit_status, 0);
  EXPECT_TRUE(read_untrusted(work_->path(), "a/b/file", 10));
  EXPECT_THAT(*list_files(work_->path()), testing::ElementsAre("a/b/file"));
}

TEST_P(HostileTest, TrapsLeftInTheDirectoryCatchNobody) {
  EXPECT_EQ(attack({"traps"}).exit_status, 0);
  for (const char* name : {"result.txt", "output.txt", "root/etc/passwd", "loop"}) {
    EXPECT_FALSE(read_untrusted(work_->path(), name, 1000)) << name;
  }
  struct stat passwd {};
  ASSERT_EQ(::stat("/etc/passwd", &passwd), 0);
  EXPECT_EQ(passwd.st_uid, 0U);
  struct stat program {};
  ASSERT_EQ(::lstat((work_->path() / "setuid").c_str(), &program), 0);
  EXPECT_EQ(program.st_mode & S_ISUID, 0U);
}

TEST_P(HostileTest, NoCoreIsDumped) {
  EXPECT_EQ(attack({"core"}).signal, SIGABRT);
  EXPECT_FALSE(fs::exists(work_->path() / "core"));
}

}  // namespace
}  // namespace memgrade::exec
