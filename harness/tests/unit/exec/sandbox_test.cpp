// What a command finds in the sandbox and what comes back of it; and the same without confinement.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <harness/exec/user_lease.hpp>
#include <harness/tests/unit/exec/sandbox_fixture.hpp>
#include <thread>

namespace memgrade::exec {
namespace {

using testing::HasSubstr;

TEST_F(SandboxTest, RunsAProgramWithItsInputAndStreams) {
  Confined command = confined({"sh", "-c", "cat; echo err >&2; pwd; exit 3"});
  command.input = "in\n";
  const Outcome outcome = ran(command);
  EXPECT_EQ(outcome.termination, Termination::exited);
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_EQ(outcome.out.bytes, "in\n/work\n");
  EXPECT_EQ(outcome.err.bytes, "err\n");
}

TEST_F(SandboxTest, FilesOfTheWorkDirectoryAreOursAgainAfterwards) {
  std::ofstream(work_->path() / "given") << "given";
  EXPECT_EQ(shell("cat given && echo more >> given && mkdir d && echo made > d/file && chmod 400 d/file")
                .exit_status,
            0);
  struct stat about {};
  for (const char* name : {".", "given", "d", "d/file"}) {
    ASSERT_EQ(::lstat((work_->path() / name).c_str(), &about), 0);
    EXPECT_EQ(about.st_uid, ::getuid()) << name;
    EXPECT_EQ(about.st_gid, ::getgid()) << name;
  }
  EXPECT_EQ(*read_file(work_->path() / "d/file"), "made\n");
  // And the next run may write to them again.
  EXPECT_EQ(shell("echo again >> given && rm -r d").exit_status, 0);
}

TEST_F(SandboxTest, ReadOnlyMountCannotBeWritten) {
  Confined command = confined({"sh", "-c", "echo x > /ro/file"});
  const auto other = TempDir::make(fs::temp_directory_path(), "memgrade-ro-");
  ::chmod(other->path().c_str(), 0777);
  command.mounts.push_back({other->path(), "/ro", false});
  EXPECT_NE(ran(command).exit_status, 0);
  EXPECT_TRUE(fs::is_empty(other->path()));
}

TEST_F(SandboxTest, ReadOnlyMountOfATemporaryDirectoryCanBeRead) {
  const auto other = TempDir::make(fs::temp_directory_path(), "memgrade-ro-");
  std::ofstream(other->path() / "data") << "data\n";
  Confined command = confined({"cat", "/data/set/data"});
  command.mounts.push_back({other->path(), "/data/set", false});
  EXPECT_EQ(ran(command).out.bytes, "data\n");
}

TEST(UserLeaseTest, NoTwoHaveTheSameUser) {
  const auto first = UserLease::take();
  ASSERT_TRUE(first) << first.error().text();
  uid_t lent = 0;
  {
    const auto second = UserLease::take();
    ASSERT_TRUE(second);
    EXPECT_NE(first->user(), second->user());
    lent = second->user();
  }
  EXPECT_GE(lent, first_leased_user);
  EXPECT_EQ(UserLease().user(), 0U);
}

TEST_F(SandboxTest, EnvironmentIsWhatWasGivenAndFourMore) {
  Confined command = confined({"env"});
  command.environment = {{"A", "b c"}};
  std::vector<std::string> lines;
  const Outcome outcome = ran(command);
  for (const auto line : split_lines(outcome.out.bytes)) lines.emplace_back(line.substr(0, line.find('=')));
  EXPECT_THAT(lines, testing::UnorderedElementsAre("A", "HOME", "LANG", "PATH", "PWD", "TMPDIR"));
  EXPECT_THAT(outcome.out.bytes, HasSubstr("A=b c\n"));
}

TEST_F(SandboxTest, TmpIsPrivateAndStreamsCanBeOpenedAgain) {
  const std::string name = work_->path().filename().string() + ".private";
  EXPECT_EQ(shell("echo x > /tmp/" + name + " && echo y > /dev/shm/y && ls /tmp").out.bytes, name + "\n");
  EXPECT_FALSE(fs::exists("/tmp/" + name));
  EXPECT_EQ(shell("echo a > /dev/stdout; echo b | tee /dev/stderr > /dev/null").exit_status, 0);
}

TEST_F(SandboxTest, SignalAndStatusAreToldApart) {
  for (const int number : {SIGSEGV, SIGABRT, SIGKILL, SIGTERM, SIGPIPE}) {
    const Outcome outcome = attack({"signal", std::to_string(number)});
    EXPECT_EQ(outcome.termination, Termination::signaled);
    EXPECT_EQ(outcome.signal, number);
  }
  for (const int status : {0, 1, 125, 126, 127, 128 + SIGSEGV, 255}) {
    const Outcome outcome = attack({"exit", std::to_string(status)});
    EXPECT_EQ(outcome.termination, Termination::exited);
    EXPECT_EQ(outcome.exit_status, status);
  }
}

TEST_F(SandboxTest, WhatCannotBeExecutedIsNotStarted) {
  std::ofstream(work_->path() / "text") << "no program\n";
  std::ofstream(work_->path() / "script") << "#!/no/such/interpreter\n";
  std::ofstream(work_->path() / "other") << std::string(
                                                "\x7f"
                                                "ELF\2\1\1\0",
                                                8) +
                                                std::string(100, '\x55');
  for (const char* name : {"script", "other", "text"}) ::chmod((work_->path() / name).c_str(), 0755);
  for (const char* name : {"./missing", "missing", "./script", "./other", "./text", "/etc/passwd", "."}) {
    const Outcome outcome = ran(confined({name}));
    EXPECT_EQ(outcome.termination, Termination::not_started) << name;
    EXPECT_THAT(outcome.limit, HasSubstr("cannot be executed: ")) << name;
  }
}

TEST_F(SandboxTest, OurMistakesAreErrors) {
  Confined command = confined({"/bin/true"});
  command.directory = "/missing";
  const auto no_directory = (*sandbox_)->run(command, {});
  ASSERT_FALSE(no_directory);
  EXPECT_EQ(no_directory.error().kind, ErrorKind::sandbox);
  EXPECT_THAT(no_directory.error().message, HasSubstr("/missing"));
  command = confined({"/bin/true"});
  command.mounts.push_back({"/no/such/place", "/place", false});
  EXPECT_FALSE((*sandbox_)->run(command, {}));
  fs::create_symlink("/etc", work_->path() / "link");
  command.mounts.back() = {work_->path() / "link", "/place", true};
  EXPECT_FALSE((*sandbox_)->run(command, {}));
  EXPECT_FALSE((*sandbox_)->run(confined({}), {}));
}

TEST_F(SandboxTest, StopEndsItWithAnErrorAtAnyTime) {
  for (const int delay_ms : {0, 2, 5, 200}) {
    std::stop_source source;
    std::jthread later([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
      source.request_stop();
    });
    const auto outcome = (*sandbox_)->run(confined({"/hostile", "ignore", work_->path().filename()}),
                                          {.wall_s = 60}, source.get_token());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::interrupted);
  }
}

TEST_F(SandboxTest, SeveralAtOnce) {
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      const auto own = TempDir::make(fs::temp_directory_path(), "memgrade-one-");
      for (int i = 0; own && i < 5; ++i) {
        Confined command = confined({"sh", "-c", "id -u > file; cat file; exit 5"});
        command.mounts[0].host = own->path();
        const auto outcome = (*sandbox_)->run(command, {.wall_s = 60});
        right +=
            outcome && outcome->exit_status == 5 && *read_file(own->path() / "file") == outcome->out.bytes;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 20);
}

TEST_F(SandboxTest, DescriptorsAreGivenBack) {
  const auto open_ones = [] { return std::distance(fs::directory_iterator("/proc/self/fd"), {}); };
  ran(confined({"true"}));
  const auto before = open_ones();
  for (int i = 0; i < 5; ++i) ran(confined({"true"}));
  EXPECT_EQ(open_ones(), before);
}

TEST_F(SandboxTest, SaysWhatItIs) {
  EXPECT_TRUE((*sandbox_)->confines());
  EXPECT_THAT((*sandbox_)->description(),
              testing::MatchesRegex("bubblewrap [0-9.]+, no network, user [0-9]+.*"));
}

// The same limits without confinement. What attacks the machine itself is not run here.
class NoSandboxTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    // Without mounts, the command goes by the host's own paths.
    fs::permissions(work_->path(), fs::perms::others_exec, fs::perm_options::add);
  }
  Outcome bare(std::vector<std::string> words, const Limits& limits = {.wall_s = 30}) const {
    words.insert(words.begin(), "/hostile");
    words.push_back(work_->path().filename());
    auto outcome = Sandbox::none().run(confined(std::move(words)), limits);
    EXPECT_TRUE(outcome) << outcome.error().text();
    return outcome.value_or(Outcome{});
  }
};

TEST_F(NoSandboxTest, SaysThatItConfinesNothing) {
  EXPECT_FALSE(Sandbox::none().confines());
  EXPECT_EQ(Sandbox::none().description(), "none (--no-sandbox)");
}

TEST_F(NoSandboxTest, EndingsAreTheSame) {
  EXPECT_EQ(bare({"exit", "139"}).exit_status, 139);
  EXPECT_EQ(bare({"signal", "11"}).signal, SIGSEGV);
  EXPECT_EQ(bare({"memory"}, {.wall_s = 60, .memory_bytes = 64 * mib}).termination,
            Termination::memory_limit);
  EXPECT_EQ(bare({"cpu-together"}, {.wall_s = 60, .cpu_s = 0.3}).termination, Termination::cpu_timeout);
  EXPECT_EQ(bare({"ignore"}, {.wall_s = 0.3}).termination, Termination::wall_timeout);
  EXPECT_EQ(bare({"flood"}, {.wall_s = 60, .output_bytes = 4 * mib}).termination, Termination::output_limit);
  const auto missing = Sandbox::none().run(confined({"./missing"}), {});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->termination, Termination::not_started);
}

TEST_F(NoSandboxTest, PathsOfMountsAreTheHosts) {
  Confined command = confined({"sh", "-c", "pwd; cat /work/../$0; echo $HERE", "/work/file"});
  command.environment["HERE"] = "/work/sub";
  std::ofstream(work_->path() / "file") << "text\n";
  command.argv = {"sh", "-c", "pwd; cat $0; echo $HERE", "/work/file"};
  const auto outcome = Sandbox::none().run(command, {.wall_s = 30});
  ASSERT_TRUE(outcome) << outcome.error().text();
  const std::string work = work_->path().string();
  EXPECT_EQ(outcome->out.bytes, work + "\ntext\n" + work + "/sub\n");
}

TEST_F(NoSandboxTest, DaemonIsFoundAndKilled) {
  EXPECT_EQ(bare({"daemon", "keep"}).exit_status, 0);
  EXPECT_EQ(bare({"daemon", "close"}, {.wall_s = 30}).termination, Termination::exited);
}

}  // namespace
}  // namespace memgrade::exec
