// The QEMU of this host: whether it is there, and recent enough.
#pragma once

#include <harness/base/result.hpp>
#include <string>

namespace memgrade::vm {

struct Version {
  int major = 0, minor = 0, micro = 0;
  auto operator<=>(const Version&) const = default;
};
// Physical memory through gdb, QMP's reasons for a shutdown and -action have all been there since.
inline constexpr Version oldest_qemu{7, 0, 0};

// Out of the first line of `--version`; an Error of kind infrastructure when there is none in it.
[[nodiscard]] Result<Version> parse_version(const std::string& said, const char* program = "QEMU");

// A program of QEMU's, and the packages that it and its firmware come from.
struct EmulatorKind {
  const char* program;
  const char* packages;
};
inline constexpr EmulatorKind riscv_emulator{"qemu-system-riscv64", "qemu-system-misc opensbi"};
inline constexpr EmulatorKind x86_emulator{"qemu-system-x86_64", "qemu-system-x86"};

class Emulator {
 public:
  // An Error of kind infrastructure names the packages to install.
  [[nodiscard]] static Result<Emulator> find(const EmulatorKind& kind = riscv_emulator);
  [[nodiscard]] const EmulatorKind& kind() const { return *kind_; }
  // A path as the sandbox sees it too.
  [[nodiscard]] std::string program() const { return kind_->program; }
  [[nodiscard]] Version version() const { return version_; }
  // For reports: "QEMU 7.2.22".
  [[nodiscard]] std::string description() const;

 private:
  const EmulatorKind* kind_ = &riscv_emulator;
  Version version_;
};

}  // namespace memgrade::vm
