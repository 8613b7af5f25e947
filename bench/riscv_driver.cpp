// The driver in the teaching kernel, apart from grading.
//
//   riscv_driver ops FAMILY FILE      the operations of a family's first seed, for QEMU's loader
//   riscv_driver rate IMAGE [ROUNDS]  calls a second: a long random sequence of the allocator's, from the
//                                     machine's start to the models' verdict. IMAGE is driver.elf.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <harness/base/files.hpp>
#include <harness/oracle/rv64/call_sequences.hpp>
#include <harness/oracle/rv64/check_trace.hpp>
#include <harness/oracle/rv64/driver_trace.hpp>
#include <harness/vm/riscv/boot.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace memgrade {
namespace {

using Clock = std::chrono::steady_clock;
constexpr oracle::TraceKey kKey{1, {2, 3}};
constexpr std::size_t kSteps = 6500;  // the frees at the end included, no more than most_ops

[[noreturn]] void stop(std::string_view what) {
  fmt::print(stderr, "riscv_driver: {}\n", what);
  std::exit(1);
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void write_ops(const oracle::CallSequence& sequence, const fs::path& file) {
  if (auto written = write_file(file, oracle::encode_ops(sequence, kKey)); !written)
    stop(written.error().text());
}

void ops(const std::string& family, const fs::path& file) {
  const oracle::SequenceFamily* found = oracle::find_sequence_family(family);
  if (found == nullptr) stop("no such family: " + family);
  write_ops(found->make(1, found->steps), file);
}

void rate(const fs::path& image, int rounds) {
  const auto emulator = vm::Emulator::find();
  const auto sandbox = exec::Sandbox::probe();
  const auto directory = TempDir::make(fs::temp_directory_path(), "riscv-rate-");
  if (!emulator) stop(emulator.error().text());
  if (!sandbox) stop(sandbox.error().text());
  if (!directory) stop(directory.error().text());
  const oracle::CallSequence sequence = oracle::buddy_random(1, kSteps);
  write_ops(sequence, directory->path() / "ops");
  vm::RiscvMachine machine;
  machine.image = image;
  machine.icount_shift = 4;
  machine.files = {{directory->path() / "ops", oracle::ops_address}};
  for (int round = 0; round < rounds; ++round) {
    const auto begin = Clock::now();
    const auto run = vm::boot(*emulator, *sandbox, machine, {.console_bytes = 16U << 20});
    const double booted_s = seconds_since(begin);
    if (!run) stop(run.error().text());
    const auto trace = oracle::parse_page_trace(run->console.bytes, sequence, kKey);
    const auto violations = oracle::judge_calls(sequence, trace).violations;
    const double all_s = seconds_since(begin);
    if (!violations.empty()) stop("the kernel is not a right one: " + violations.front().sentence);
    if (!trace.complete()) stop("the driver did not come to its end");
    const auto calls = static_cast<double>(sequence.ops.size());
    fmt::print("{} calls: {:.2f} s in the machine, {:.3f} s judged, {:.0f} calls a second\n",
               sequence.ops.size(), booted_s, all_s - booted_s, calls / all_s);
  }
}

int run(std::span<char*> words) {
  const std::vector<std::string> args(words.begin(), words.end());
  if (args.size() == 4 && args[1] == "ops")
    ops(args[2], args[3]);
  else if (args.size() >= 3 && args[1] == "rate")
    rate(args[2], args.size() > 3 ? std::max(1, std::atoi(args[3].c_str())) : 3);
  else
    stop("riscv_driver ops FAMILY FILE | rate IMAGE [ROUNDS]");
  return 0;
}

}  // namespace
}  // namespace memgrade

int main(int argc, char** argv) {
  return memgrade::run({argv, static_cast<std::size_t>(argc)});
}
