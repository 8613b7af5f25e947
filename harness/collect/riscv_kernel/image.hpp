// What a build left behind, looked at before a machine gets it: whatever a student's code or Makefile made of
// it, the emulator must be able to load it, and what it cannot is told as the student's mistake.
#pragma once

#include <expected>
#include <filesystem>
#include <harness/base/elf.hpp>
#include <harness/base/result.hpp>
#include <optional>
#include <string>

namespace memgrade::collect {

struct KernelImage {
  std::string bytes;
  Elf elf;
};
struct ImageLimits {
  std::uint64_t memory_bytes = 128U << 20;      // of the machine; no part may be larger
  std::optional<std::uint64_t> begins_at = {};  // something must be loaded there
};
// An executable for RV64, or what is wrong with it, for a person: "vmlinux is built for x86-64, not for
// RISC-V".
[[nodiscard]] std::expected<KernelImage, std::string> read_kernel_image(const std::filesystem::path& tree,
                                                                        const std::string& file,
                                                                        const ImageLimits& limits);

}  // namespace memgrade::collect
