// The QEMU of this host: whether it is there, and recent enough.
#pragma once

#include <harness/base/result.hpp>
#include <harness/exec/sandbox.hpp>
#include <string>

namespace memgrade::vm {

struct Version {
  int major = 0, minor = 0, micro = 0;
  auto operator<=>(const Version&) const = default;
};
// Physical memory through gdb, QMP's reasons for a shutdown and -action have all been there since.
inline constexpr Version oldest_qemu{7, 0, 0};

// Out of the first line of `--version`; an Error of kind infrastructure when there is none in it.
[[nodiscard]] Result<Version> parse_version(const std::string& said);

class Emulator {
 public:
  // Looks for qemu-system-riscv64. An Error of kind infrastructure names the package to install.
  [[nodiscard]] static Result<Emulator> find();
  // A path as the sandbox sees it too.
  [[nodiscard]] const std::string& program() const { return program_; }
  [[nodiscard]] Version version() const { return version_; }
  // For reports: "QEMU 7.2.22".
  [[nodiscard]] std::string description() const;

 private:
  std::string program_;
  Version version_;
};

// Finds QEMU and starts a machine with firmware and no kernel in the sandbox, to see that it answers. For
// `grade doctor`: one line for a person, or the Error that says what is missing.
[[nodiscard]] Result<std::string> check_riscv(const exec::Sandbox& sandbox);

}  // namespace memgrade::vm
