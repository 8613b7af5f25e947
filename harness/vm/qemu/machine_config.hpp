// What an emulator is started with, whatever machine it makes: the common ground of riscv/machine.hpp and
// linux/machine.hpp, and all that a Session knows of a machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace memgrade::vm {

// The channels between an emulator and us, by their names in its directory. The console is a pair of FIFOs
// (console.in, console.out), the others are sockets on which we listen.
inline constexpr const char* console_name = "console";
inline constexpr const char* qmp_name = "qmp";
inline constexpr const char* gdb_name = "gdb";

// A file that stands in the emulator's directory under a plain name: a copy of `path`, which must be a
// regular file, or if that is empty `bytes`.
struct MachineFile {
  std::string name;
  std::filesystem::path path = {};
  std::string bytes = {};
};

struct MachinePlan {
  std::vector<std::string> arguments;  // without the program; the machine stands still until QMP's `cont`
  std::vector<MachineFile> files = {};
  std::vector<std::string> devices = {};  // of the host, which it may open: /dev/kvm
  std::uint64_t memory_bytes = 0;         // of the guest; no file may be larger
  bool with_gdb = false;
  std::uint64_t written_bytes = 0;  // of one file, at most; 0: as it likes
};

}  // namespace memgrade::vm
