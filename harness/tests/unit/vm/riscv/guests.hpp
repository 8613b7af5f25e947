// What the tests with a real emulator share: small kernels in assembly, the teaching kernel's images, and the
// reason why they cannot be had here.
#pragma once

#include <gtest/gtest.h>

#include <harness/base/files.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/vm/riscv/boot.hpp>
#include <optional>
#include <string>

namespace memgrade::vm {

inline void PrintTo(GuestTermination termination, std::ostream* out) {
  *out << to_string(termination);
}

namespace test {

class GuestTest : public testing::Test {
 public:
  static constexpr const char* cross = "riscv64-linux-gnu-";
  // Enough on a host that does much else.
  static constexpr GuestLimits patient{.wall_s = 200, .quiet_s = 60};

 protected:
  static void SetUpTestSuite() {
    sandbox_ = new Result<exec::Sandbox>(exec::Sandbox::probe());
    emulator_ = new Result<Emulator>(Emulator::find());
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-guests-");
    if (made) work_ = new TempDir(std::move(*made));
  }
  static void TearDownTestSuite() {
    delete sandbox_;
    delete emulator_;
    delete work_;
    work_ = nullptr;
  }
  void SetUp() override {
    if (!*sandbox_) GTEST_SKIP() << sandbox_->error().text();
    if (!*emulator_) GTEST_SKIP() << emulator_->error().text();
    const auto compiler =
        exec::run({.argv = {std::string(cross) + "gcc", "--version"}, .environment = paths()}, {});
    if (!compiler) GTEST_SKIP() << compiler.error().message << "; 'apt install gcc-riscv64-linux-gnu'";
    ASSERT_NE(work_, nullptr);
  }

  static std::map<std::string, std::string> paths() { return {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}; }
  static void must(std::vector<std::string> argv) {
    const auto outcome = exec::run({.argv = std::move(argv), .environment = paths()}, {.wall_s = 300});
    ASSERT_TRUE(outcome) << outcome.error().text();
    ASSERT_EQ(outcome->exit_status, 0) << outcome->out.bytes << outcome->err.bytes;
  }

  // A kernel that OpenSBI starts at 0x80200000, of this assembly. (Without --nmagic, a page with the ELF
  // header would stand before it, and OpenSBI start that.) `putchar` and `shutdown` can be called.
  static fs::path assembled(const std::string& name, const std::string& body,
                            const std::string& place = "0x80200000") {
    const fs::path source = work_->path() / (name + ".S");
    const fs::path image = work_->path() / (name + ".elf");
    const std::string text = ".globl _start\n_start:\n" + body + R"(
putchar:                # a0: the character
    li a7, 1
    ecall
    ret
shutdown:
    li a7, 8
    ecall
    j shutdown
.globl _end
_end:
)";
    EXPECT_TRUE(write_file(source, text));
    must({std::string(cross) + "gcc", "-nostdlib", "-static", "-no-pie", "-march=rv64imac_zicsr_zifencei",
          "-mabi=lp64", "-Wl,--build-id=none", "-Wl,--nmagic", "-Wl,-Ttext=" + place, source, "-o", image});
    return image;
  }
  // kernel.elf or buddy.elf of riscv-kernel/, built once for all tests of the program.
  static fs::path teaching_kernel(const std::string& name) {
    const fs::path build = work_->path() / "kernel";
    if (!fs::exists(build)) {
      must({"make", "-s", "-C", std::string(MEMGRADE_SOURCE_DIR) + "/riscv-kernel",
            std::string("CROSS_COMPILE=") + cross, "BUILD=" + build.string(), "images"});
    }
    return build / name;
  }

  static Result<GuestRun> try_boot(const RiscvMachine& machine, const GuestLimits& limits = patient,
                                   LineWatch watch = {}, std::stop_token stop = {}) {
    return boot(**emulator_, **sandbox_, machine, limits, std::move(watch), std::move(stop));
  }
  static GuestRun booted(const RiscvMachine& machine, const GuestLimits& limits = patient,
                         LineWatch watch = {}) {
    auto run = try_boot(machine, limits, std::move(watch));
    EXPECT_TRUE(run) << run.error().text();
    return run.value_or(GuestRun{});
  }

  static inline Result<exec::Sandbox>* sandbox_ = nullptr;
  static inline Result<Emulator>* emulator_ = nullptr;
  static inline TempDir* work_ = nullptr;
};

}  // namespace test
}  // namespace memgrade::vm
