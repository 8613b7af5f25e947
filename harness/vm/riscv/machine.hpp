// A machine on which an RV64 kernel is tried: what it is made of, and the arguments by which QEMU makes it.
//
// All arguments of QEMU stand in machine.cpp. They name files by plain names: the emulator runs in a
// private directory (harness/vm/qemu/process.hpp) that holds copies of the files and the ends of its
// channels. Nothing is started here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/vm/qemu/machine_config.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::vm {

// The virt machine's memory begins here (qemu: docs/system/riscv/virt, hw/riscv/virt.c, VIRT_DRAM).
inline constexpr std::uint64_t ram_start = 0x8000'0000;

// A file that QEMU puts into memory before the machine starts: raw bytes with an address, an ELF file
// without. (What is neither ELF nor has an address goes to address 0, where it serves nobody; QEMU does not
// complain.)
struct LoaderFile {
  std::filesystem::path path;
  std::optional<std::uint64_t> address = {};
};

enum class Loading {
  kernel,  // -kernel: the firmware jumps to it, in supervisor mode
  loader,  // -device loader: bytes in memory; who jumps to them is up to the firmware, or to the ELF's place
  entry,   // the same, and the machine begins at the ELF file's entry
};
enum class Firmware {
  standard,  // OpenSBI, as QEMU brings it
  none,      // the machine starts at the begin of its memory, in machine mode
};

struct RiscvMachine {
  std::filesystem::path image;  // the kernel, an ELF file; empty: none
  Loading loading = Loading::kernel;
  Firmware firmware = Firmware::standard;
  std::string cpu = "rv64";                 // QEMU's name and options: "rv64,pmp=false"
  std::uint64_t memory_bytes = 128U << 20;  // whole MiB
  std::vector<LoaderFile> files = {};
  // The guest's clock counts instructions, 2^shift ns each, and leaps over idle time: runs are reproducible,
  // and waiting costs nothing. Absent: the clock of the host.
  std::optional<int> icount_shift = {};
};

// The names of its files in the emulator's directory.
[[nodiscard]] std::string image_name();
[[nodiscard]] std::string file_name(std::size_t index);

// What QEMU could not make sense of, or must not: an Error of kind case_file.
[[nodiscard]] Status validate(const RiscvMachine& machine);

// Without the program. The machine stands still until QMP's `cont` or gdb's `c`. It is stopped, not ended,
// when the guest switches it off or resets it.
[[nodiscard]] std::vector<std::string> arguments(const RiscvMachine& machine, bool with_gdb);
// The same with the files; an Error as `validate` gives it.
[[nodiscard]] Result<MachinePlan> plan_of(const RiscvMachine& machine, bool with_gdb = false);

}  // namespace memgrade::vm
