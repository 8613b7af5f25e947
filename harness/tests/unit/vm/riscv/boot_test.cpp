// Every ending of a guest, with the real emulator.
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <harness/base/text.hpp>
#include <harness/tests/unit/vm/riscv/guests.hpp>
#include <harness/vm/riscv/self_test.hpp>
#include <thread>

namespace memgrade::vm {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Lt;
using testing::Not;

class GuestBootTest : public test::GuestTest {
 protected:
  // Temporary files go there as long as the object lives.
  struct OwnTemporaries {
    explicit OwnTemporaries(const fs::path& place) {
      if (const char* named = std::getenv("TMPDIR")) before = named;
      fs::create_directories(place);
      ::setenv("TMPDIR", place.c_str(), 1);
    }
    ~OwnTemporaries() { before ? ::setenv("TMPDIR", before->c_str(), 1) : ::unsetenv("TMPDIR"); }
    std::optional<std::string> before;
  };
  static std::vector<pid_t> emulators_of_ours() {
    std::vector<pid_t> found;
    const std::string self = std::to_string(::getpid());
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto status = read_file(entry.path() / "status", 1U << 20);
      if (!status || status->find("Name:\tqemu-system") == std::string::npos) continue;
      const std::string pid = entry.path().filename();
      if (descends_from(pid, self)) found.push_back(std::stoi(pid));
    }
    return found;
  }
  static bool descends_from(std::string pid, const std::string& ancestor) {
    for (int depth = 0; depth < 10 && pid != "0" && !pid.empty(); ++depth) {
      if (pid == ancestor) return true;
      const auto status = read_file("/proc/" + pid + "/status", 1U << 20);
      const std::size_t at = status ? status->find("PPid:\t") : std::string::npos;
      if (at == std::string::npos) return false;
      pid = status->substr(at + 6, status->find('\n', at) - at - 6);
    }
    return false;
  }
  void TearDown() override { EXPECT_THAT(emulators_of_ours(), testing::IsEmpty()); }
};

constexpr const char* hello = R"(
    li a0, 'h'
    jal putchar
    li a0, 'i'
    jal putchar
    li a0, '\n'
    jal putchar
)";

TEST_F(GuestBootTest, TeachingKernelRunsToItsShutdown) {
  const GuestRun run = booted({.image = teaching_kernel("kernel.elf")});
  EXPECT_EQ(run.termination, GuestTermination::shutdown) << run.reason;
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.console.bytes,
              AllOf(HasSubstr("OpenSBI"), HasSubstr("[CHECK] page store OK"), HasSubstr("test end")));
  EXPECT_TRUE(run.console.bytes.ends_with("ticks: 50\r\n"));
  EXPECT_EQ(run.emulator, "");
  EXPECT_GT(run.cpu_s, 0);
  EXPECT_GT(run.peak_bytes, 1U << 20);
}

TEST_F(GuestBootTest, VirtualTimeGivesTheSameRunTwice) {
  const RiscvMachine machine{.image = teaching_kernel("kernel.elf"), .icount_shift = 3};
  const GuestRun first = booted(machine);
  const GuestRun second = booted(machine);
  EXPECT_EQ(first.termination, GuestTermination::shutdown) << first.reason;
  EXPECT_THAT(first.console.bytes, HasSubstr("ticks: 50"));
  EXPECT_EQ(first.console.bytes, second.console.bytes);
}

TEST_F(GuestBootTest, ResetIsNotAShutdown) {
  // SBI system reset extension: type 1, a cold reboot.
  const GuestRun run = booted({.image = assembled("reset", std::string(hello) + R"(
    li a7, 0x53525354
    li a6, 0
    li a0, 1
    li a1, 0
    ecall
    j .
)")});
  EXPECT_EQ(run.termination, GuestTermination::reset) << run.reason;
  EXPECT_THAT(run.console.bytes, HasSubstr("hi\r\n"));
}

TEST_F(GuestBootTest, TestDevicesFailureHasACode) {
  // The virt machine's test device at 0x100000: 0x3333 is a failure, with the code above it. In machine mode,
  // for the firmware keeps the device to itself.
  const GuestRun run = booted({.image = assembled("code", R"(
    li t0, 0x100000
    li t1, 0x00073333
    sw t1, 0(t0)
    j .
)",
                                                  "0x80000000"),
                               .loading = Loading::loader,
                               .firmware = Firmware::none});
  EXPECT_EQ(run.termination, GuestTermination::shutdown) << run.reason;
  EXPECT_EQ(run.exit_code, 7);
}

TEST_F(GuestBootTest, SilenceEndsTheRun) {
  const GuestRun run = booted({.image = assembled("silent", std::string(hello) + "1: wfi\n j 1b\n")},
                              {.wall_s = 120, .quiet_s = 1.5});
  EXPECT_EQ(run.termination, GuestTermination::silence);
  EXPECT_EQ(run.reason, "1.5 s without output");
  EXPECT_THAT(run.console.bytes, HasSubstr("hi\r\n"));
  EXPECT_THAT(run.wall_s, Ge(1.5));
}

TEST_F(GuestBootTest, SpinningKernelMeetsTheDeadlines) {
  const fs::path image = assembled("spin", "j .\n");
  const GuestRun wall = booted({.image = image}, {.wall_s = 1, .quiet_s = 0});
  EXPECT_EQ(wall.termination, GuestTermination::wall_timeout);
  EXPECT_EQ(wall.reason, "1 s");
  EXPECT_THAT(wall.wall_s, AllOf(Ge(1.0), Lt(30.0)));
  const GuestRun cpu = booted({.image = image}, {.wall_s = 120, .quiet_s = 0, .cpu_s = 1});
  EXPECT_EQ(cpu.termination, GuestTermination::cpu_timeout);
  EXPECT_THAT(cpu.cpu_s, Ge(1.0));
}

TEST_F(GuestBootTest, EndlessOutputIsCutAndEnded) {
  const GuestRun run = booted({.image = assembled("endless", "1: li a0, 'x'\n jal putchar\n j 1b\n")},
                              {.wall_s = 120, .console_bytes = 5000, .output_bytes = 20'000});
  EXPECT_EQ(run.termination, GuestTermination::output_limit);
  EXPECT_EQ(run.reason, "20000 bytes of output");
  EXPECT_EQ(run.console.bytes.size(), 5000U);
  EXPECT_TRUE(run.console.cut);
  EXPECT_GT(run.console.total_bytes, 20'000U);
}

TEST_F(GuestBootTest, WatchEndsTheRunAtTheExpectedLine) {
  std::vector<std::string> lines;
  const GuestRun run =
      booted({.image = assembled("loops", std::string(hello) + "j .\n")}, {.wall_s = 120, .quiet_s = 0},
             [&](std::string_view line) -> std::optional<std::string> {
               lines.emplace_back(line);
               if (line == "hi") return "the last expected line";
               return std::nullopt;
             });
  EXPECT_EQ(run.termination, GuestTermination::stopped);
  EXPECT_EQ(run.reason, "the last expected line");
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back(), "hi");
  EXPECT_THAT(run.wall_s, Lt(60.0));
}

TEST_F(GuestBootTest, WatchCanCountTheSameFault) {
  int same = 0;
  const GuestRun run =
      booted({.image = assembled("fault", std::string(".globl again\nagain:\n") + hello + "j again\n")},
             patient, [&](std::string_view line) -> std::optional<std::string> {
               same = line == "hi" ? same + 1 : 0;
               if (same == 50) return "the same fault 50 times";
               return std::nullopt;
             });
  EXPECT_EQ(run.termination, GuestTermination::stopped);
  EXPECT_EQ(run.reason, "the same fault 50 times");
}

TEST_F(GuestBootTest, ImageThatOverlapsTheFirmwareIsTheStudentsAffair) {
  const GuestRun run = booted({.image = assembled("overlap", "j .\n", "0x80000000")});
  EXPECT_EQ(run.termination, GuestTermination::not_loaded);
  EXPECT_THAT(run.reason, HasSubstr("overlap"));
}

TEST_F(GuestBootTest, MachineThatCannotBeMadeIsAnError) {
  const auto run = try_boot({.image = assembled("spin", "j .\n"), .cpu = "rv64,no-such-option=true"});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::infrastructure);
  EXPECT_THAT(run.error().message, HasSubstr("no-such-option"));
}

TEST_F(GuestBootTest, MissingImageIsAnError) {
  const auto run = try_boot({.image = work_->path() / "not-there.elf"});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::io);
  EXPECT_THAT(run.error().where, HasSubstr("not-there.elf"));
}

TEST_F(GuestBootTest, KernelWithoutFirmwareRunsInMachineMode) {
  // Prints by the UART at 0x10000000, reads a CSR that only machine mode may read, and ends by the test
  // device.
  const GuestRun run = booted({.image = assembled("bare", R"(
    csrr t2, mhartid
    li t0, 0x10000000
    li t1, 'M'
    sb t1, 0(t0)
    li t0, 0x100000
    li t1, 0x5555
    sw t1, 0(t0)
    j .
)",
                                                  "0x80000000"),
                               .loading = Loading::loader,
                               .firmware = Firmware::none,
                               .cpu = "rv64,pmp=false"});
  EXPECT_EQ(run.termination, GuestTermination::shutdown) << run.reason;
  EXPECT_EQ(run.console.bytes, "M");
}

TEST_F(GuestBootTest, LoaderFilesStandWhereTheyShould) {
  ASSERT_TRUE(write_file(work_->path() / "data", "Z\n"));
  const GuestRun run = booted({.image = assembled("loaded", R"(
    li s0, 0x81000000
    lbu a0, 0(s0)
    jal putchar
    lbu a0, 1(s0)
    jal putchar
    j shutdown
)"),
                               .files = {{work_->path() / "data", 0x8100'0000}}});
  EXPECT_EQ(run.termination, GuestTermination::shutdown) << run.reason;
  EXPECT_THAT(run.console.bytes, testing::EndsWith("Z\r\n"));
}

TEST_F(GuestBootTest, LongOutputArrivesWholeBeforeTheShutdown) {
  // 40,000 bytes that nobody may lose, then an end at once.
  const GuestRun run = booted({.image = assembled("long", R"(
    li s1, 1000
1:  li s0, 39
2:  li a0, 'x'
    jal putchar
    addi s0, s0, -1
    bnez s0, 2b
    li a0, '\n'
    jal putchar
    addi s1, s1, -1
    bnez s1, 1b
    j shutdown
)")});
  EXPECT_EQ(run.termination, GuestTermination::shutdown) << run.reason;
  const auto lines = split_lines(run.console.bytes);
  EXPECT_EQ(std::ranges::count(lines, std::string(39, 'x')), 1000);
}

TEST_F(GuestBootTest, StopIsAnErrorAndLeavesNothing) {
  const fs::path image = assembled("spin", "j .\n");
  // A path that is too long for a socket's address.
  const fs::path place = work_->path() / std::string(150, 'x');
  const OwnTemporaries own(place);
  for (const int delay_ms : {0, 30, 700}) {
    std::stop_source source;
    std::jthread later([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
      source.request_stop();
    });
    const auto run = try_boot({.image = image}, {.wall_s = 120, .quiet_s = 0}, {}, source.get_token());
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().kind, ErrorKind::interrupted);
  }
  EXPECT_EQ(booted({.image = assembled("hello", std::string(hello) + "j shutdown\n")}).termination,
            GuestTermination::shutdown);
  EXPECT_TRUE(fs::is_empty(place));
}

TEST_F(GuestBootTest, EmulatorThatIsKilledIsAnError) {
  std::jthread killer([] {
    for (int i = 0; i < 3000; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const auto found = emulators_of_ours();
      for (const pid_t pid : found) ::kill(pid, SIGKILL);
      if (!found.empty()) return;
    }
  });
  const auto run = try_boot({.image = assembled("spin", "j .\n")}, {.wall_s = 120, .quiet_s = 0});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::infrastructure);
  EXPECT_THAT(run.error().message, HasSubstr("qemu-system-riscv64"));
}

TEST_F(GuestBootTest, SeveralMachinesAtOnce) {
  const fs::path image = assembled("hello", std::string(hello) + "j shutdown\n");
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto run = try_boot({.image = image});
      right +=
          run && run->termination == GuestTermination::shutdown && run->console.bytes.ends_with("hi\r\n");
    });
  }
  threads.clear();
  EXPECT_EQ(right, 4);
}

TEST_F(GuestBootTest, GuestRunsWithoutConfinementToo) {
  const auto run = boot(**emulator_, exec::Sandbox::none(),
                        {.image = assembled("hello", std::string(hello) + "j shutdown\n")}, {.wall_s = 120});
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(run->termination, GuestTermination::shutdown) << run->reason;
  EXPECT_TRUE(run->console.bytes.ends_with("hi\r\n"));
}

TEST_F(GuestBootTest, DoctorsCheckNamesTheEmulator) {
  const auto line = check_riscv(**sandbox_);
  ASSERT_TRUE(line) << line.error().text();
  EXPECT_THAT(*line, testing::MatchesRegex("QEMU [0-9.]+, starts a machine with OpenSBI"));
}

}  // namespace
}  // namespace memgrade::vm
