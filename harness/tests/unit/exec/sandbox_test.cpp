// What hostile programs (harness/tests/hostile) come to in the sandbox: each has a true ending, and leaves
// nothing.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/sandbox.hpp>
#include <optional>
#include <thread>

namespace memgrade::exec {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Lt;

constexpr std::uint64_t mib = 1U << 20;

class SandboxTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = new Result<Sandbox>(Sandbox::probe()); }
  static void TearDownTestSuite() { delete sandbox_; }

  void SetUp() override {
    if (!*sandbox_) GTEST_SKIP() << sandbox_->error().text();
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-sandbox-");
    ASSERT_TRUE(made) << made.error().text();
    work_.emplace(std::move(*made));
    hostile_ = fs::read_symlink("/proc/self/exe").parent_path() / "memgrade-hostile";
  }
  void TearDown() override {
    if (!work_) return;
    EXPECT_EQ(processes_with(work_->path().filename()), 0);
    const Status removed = remove_tree(work_->path());
    EXPECT_TRUE(removed) << removed.error().text();
  }

  Confined confined(std::vector<std::string> argv) const {
    return {.argv = std::move(argv),
            .directory = "/work",
            .mounts = {{work_->path(), "/work", true}, {hostile_, "/hostile", false}}};
  }
  Outcome ran(const Confined& command, const Limits& limits = {.wall_s = 30}) const {
    auto outcome = (*sandbox_)->run(command, limits);
    EXPECT_TRUE(outcome) << outcome.error().text();
    return outcome.value_or(Outcome{});
  }
  Outcome attack(std::vector<std::string> words, const Limits& limits = {.wall_s = 30}) const {
    words.insert(words.begin(), "/hostile");
    // A last word by which its processes are found.
    words.push_back(work_->path().filename());
    return ran(confined(std::move(words)), limits);
  }
  Outcome shell(const std::string& script, const Limits& limits = {.wall_s = 30}) const {
    return ran(confined({"sh", "-c", script}), limits);
  }

  static int processes_with(const std::string& word) {
    int found = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto line = read_file(entry.path() / "cmdline");
      found += line && line->find(word) != std::string::npos && entry.path() != "/proc/self";
    }
    return found;
  }

  static Result<Sandbox>* sandbox_;
  std::optional<TempDir> work_;
  fs::path hostile_;
};
Result<Sandbox>* SandboxTest::sandbox_ = nullptr;

TEST_F(SandboxTest, RunsAProgramWithItsInputAndStreams) {
  Confined command = confined({"sh", "-c", "cat; echo err >&2; pwd; exit 3"});
  command.input = "in\n";
  const Outcome outcome = ran(command);
  EXPECT_EQ(outcome.ending, Ending::exited);
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
    EXPECT_EQ(outcome.ending, Ending::signaled);
    EXPECT_EQ(outcome.signal, number);
  }
  for (const int status : {0, 1, 125, 126, 127, 128 + SIGSEGV, 255}) {
    const Outcome outcome = attack({"exit", std::to_string(status)});
    EXPECT_EQ(outcome.ending, Ending::exited);
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
    EXPECT_EQ(outcome.ending, Ending::not_started) << name;
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

TEST_F(SandboxTest, KillersReachNobody) {
  EXPECT_EQ(attack({"kill-parent"}).exit_status, 7);
  EXPECT_EQ(attack({"kill-group"}).signal, SIGKILL);
  EXPECT_EQ(attack({"kill-all"}).exit_status, 7);
  EXPECT_EQ(attack({"limit-parent"}).exit_status, 6);
}

TEST_F(SandboxTest, DaemonEndsWithTheCommand) {
  for (const char* streams : {"close", "keep"}) {
    const Outcome outcome = attack({"daemon", streams});
    EXPECT_EQ(outcome.ending, Ending::exited);
    EXPECT_EQ(outcome.exit_status, 0);
    const auto beats = fs::file_size(work_->path() / "beat");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(fs::file_size(work_->path() / "beat"), beats);
    fs::remove(work_->path() / "beat");
  }
}

TEST_F(SandboxTest, BombsAreStopped) {
  for (const char* bomb : {"fork-bomb", "thread-bomb"}) {
    const Outcome outcome = attack({bomb}, {.wall_s = 60, .processes = 30});
    EXPECT_EQ(outcome.ending, Ending::process_limit) << bomb;
    EXPECT_EQ(outcome.limit, "30 processes");
  }
}

TEST_F(SandboxTest, MemoryLimitCountsTheTreeAndShortBursts) {
  const Limits limits{.wall_s = 60, .memory_bytes = 64 * mib};
  for (const auto& words :
       {std::vector<std::string>{"memory"}, {"memory-together", "20"}, {"memory-burst", "80"}}) {
    const Outcome outcome = attack(words, limits);
    EXPECT_EQ(outcome.ending, Ending::memory_limit) << words[0];
    EXPECT_EQ(outcome.limit, "64 MiB of memory");
    EXPECT_THAT(outcome.peak_bytes, Ge(64 * mib));
  }
}

TEST_F(SandboxTest, SharedMemoryCountsOnce) {
  const Outcome outcome = attack({"memory-shared", "40"}, {.wall_s = 60, .memory_bytes = 64 * mib});
  EXPECT_EQ(outcome.ending, Ending::exited) << outcome.limit;
  EXPECT_THAT(outcome.peak_bytes, AllOf(Ge(40 * mib), Lt(64 * mib)));
}

TEST_F(SandboxTest, AddressSpaceIsLimitedUnlessSwitchedOff) {
  Confined command = confined({"/hostile", "reserve", "100"});
  const Limits limits{.wall_s = 30, .memory_bytes = 64 * mib};
  EXPECT_EQ(ran(command, limits).exit_status, 3);
  command.address_space_limit = false;
  EXPECT_EQ(ran(command, limits).exit_status, 0);
}

TEST_F(SandboxTest, FloodsOfOutputEndTheRun) {
  for (const auto& words : {std::vector<std::string>{"flood"}, {"flood", "err"}}) {
    const Outcome outcome =
        attack(words, {.wall_s = 60, .stdout_bytes = 100, .stderr_bytes = 100, .output_bytes = 4 * mib});
    EXPECT_EQ(outcome.ending, Ending::output_limit);
    EXPECT_EQ(outcome.limit, "4 MiB of output");
  }
}

TEST_F(SandboxTest, OneFileIsLimited) {
  const Limits limits{.wall_s = 60, .file_bytes = 2 * mib};
  const Outcome outcome = attack({"fill-file"}, limits);
  EXPECT_EQ(outcome.ending, Ending::disk_limit);
  EXPECT_EQ(outcome.limit, "2 MiB in one file");
  EXPECT_EQ(fs::file_size(work_->path() / "big"), 2 * mib);
  // One that ignores the signal gets an error from write, and ends by itself.
  EXPECT_EQ(attack({"fill-file-on"}, limits).exit_status, EFBIG);
}

TEST_F(SandboxTest, TheWholeDiskIsLimited) {
  const Limits limits{.wall_s = 60, .disk_bytes = 20 * mib, .disk_files = 2000};
  const Outcome big = attack({"fill-file"}, limits);
  EXPECT_EQ(big.ending, Ending::disk_limit);
  EXPECT_EQ(big.limit, "20 MiB on disk");
  fs::remove(work_->path() / "big");
  const Outcome unlinked = attack({"fill-unlinked"}, limits);
  EXPECT_EQ(unlinked.ending, Ending::disk_limit);
  const Outcome many = attack({"many-files"}, limits);
  EXPECT_EQ(many.ending, Ending::disk_limit);
  EXPECT_EQ(many.limit, "2000 files");
}

TEST_F(SandboxTest, DirectoriesWithoutEndAreLimited) {
  const Outcome outcome = attack({"deep"}, {.wall_s = 60, .disk_bytes = 2000 * mib, .disk_files = 1'000'000});
  EXPECT_EQ(outcome.ending, Ending::disk_limit);
}

TEST_F(SandboxTest, FileSystemsInMemoryAreSmall) {
  for (const char* path : {"/tmp/x", "/dev/shm/x"}) {
    const Outcome outcome = attack({"fill-path", path}, {.wall_s = 60, .disk_bytes = 8 * mib});
    EXPECT_EQ(outcome.ending, Ending::exited) << path;
    EXPECT_EQ(outcome.exit_status, ENOSPC) << path;
  }
}

TEST_F(SandboxTest, NoNetworkNotEvenToTheHost) {
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
  EXPECT_EQ(outcome.ending, Ending::exited);
}

TEST_F(SandboxTest, TheWitnessCannotBeTracedOrForged) {
  const Outcome traced = attack({"trace"});
  EXPECT_EQ(traced.exit_status, 0) << traced.err.bytes;
  EXPECT_EQ(traced.ending, Ending::exited);
  const Outcome forged = attack({"forge"});
  EXPECT_EQ(forged.exit_status, 5) << forged.err.bytes;
}

TEST_F(SandboxTest, NothingOutsideCanBeSeenOrWritten) {
  Confined command = confined({"/hostile", "outside", work_->path(), fs::current_path(), MEMGRADE_SOURCE_DIR,
                               "/root", "/home", "/var", "/sys", "/etc/shadow", "/etc/hostname"});
  const Outcome outcome = ran(command);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err.bytes;
  EXPECT_EQ(outcome.ending, Ending::exited);
}

TEST_F(SandboxTest, ProgramsThatDoNotEndMeetTheDeadline) {
  for (const char* mode : {"stop", "ignore", "close-streams"}) {
    const Outcome outcome = attack({mode}, {.wall_s = 0.3});
    EXPECT_EQ(outcome.ending, Ending::wall_timeout) << mode;
    EXPECT_EQ(outcome.limit, "0.3 s");
    EXPECT_THAT(outcome.wall_s, AllOf(Ge(0.29), Lt(10.0)));
  }
}

TEST_F(SandboxTest, CpuLimitCountsEveryProcess) {
  for (const char* mode : {"cpu", "cpu-together", "cpu-in-turn"}) {
    const Outcome outcome = attack({mode}, {.wall_s = 60, .cpu_s = 0.4});
    EXPECT_EQ(outcome.ending, Ending::cpu_timeout) << mode;
    EXPECT_EQ(outcome.limit, "0.4 s of CPU time");
    EXPECT_THAT(outcome.cpu_s, AllOf(Ge(0.4), Lt(3.0)));
  }
}

TEST_F(SandboxTest, SilenceIsLimited) {
  const Outcome outcome = attack({"quiet"}, {.wall_s = 60, .quiet_s = 0.6});
  EXPECT_EQ(outcome.ending, Ending::quiet_timeout);
  EXPECT_EQ(outcome.out.bytes, "tick\ntick\ntick\ntick\ntick\n");
}

TEST_F(SandboxTest, DirectoriesWithoutRightsAreMended) {
  EXPECT_EQ(attack({"lock-out"}).exit_status, 0);
  EXPECT_TRUE(read_untrusted(work_->path(), "a/b/file", 10));
  EXPECT_THAT(*list_files(work_->path()), testing::ElementsAre("a/b/file"));
}

TEST_F(SandboxTest, TrapsLeftInTheDirectoryCatchNobody) {
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

TEST_F(SandboxTest, NoCoreIsDumped) {
  EXPECT_EQ(attack({"core"}).signal, SIGABRT);
  EXPECT_TRUE(fs::is_empty(work_->path()));
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
  EXPECT_EQ(bare({"memory"}, {.wall_s = 60, .memory_bytes = 64 * mib}).ending, Ending::memory_limit);
  EXPECT_EQ(bare({"cpu-together"}, {.wall_s = 60, .cpu_s = 0.3}).ending, Ending::cpu_timeout);
  EXPECT_EQ(bare({"ignore"}, {.wall_s = 0.3}).ending, Ending::wall_timeout);
  EXPECT_EQ(bare({"flood"}, {.wall_s = 60, .output_bytes = 4 * mib}).ending, Ending::output_limit);
  const auto missing = Sandbox::none().run(confined({"./missing"}), {});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->ending, Ending::not_started);
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
  EXPECT_EQ(bare({"daemon", "close"}, {.wall_s = 30}).ending, Ending::exited);
}

}  // namespace
}  // namespace memgrade::exec
