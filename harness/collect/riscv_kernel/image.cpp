#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/riscv_kernel/image.hpp>

namespace memgrade::collect {
namespace {

constexpr std::uint64_t kMostBytes = 32U << 20;

std::string machine_name(std::uint16_t machine) {
  if (machine == elf_x86_64) return "x86-64";
  return fmt::format("another machine (number {})", machine);
}

bool is_loaded_at(const Elf& elf, std::uint64_t address) {
  return std::ranges::any_of(elf.segments, [&](const ElfSegment& segment) {
    return segment.physical <= address && address - segment.physical < segment.file_bytes;
  });
}

std::string diagnostic(const Elf& elf, const ImageLimits& limits) {
  if (elf.machine != elf_riscv) return "is built for " + machine_name(elf.machine) + ", not for RISC-V";
  if (elf.type != ElfType::executable) return "is no executable";
  for (const ElfSegment& segment : elf.segments)
    if (segment.bytes > limits.memory_bytes)
      return fmt::format("takes {} bytes of memory at {:#x}, more than the machine has", segment.bytes,
                         segment.address);
  if (limits.begins_at && !is_loaded_at(elf, *limits.begins_at))
    return fmt::format("has nothing at {:#x}, where the machine begins", *limits.begins_at);
  return {};
}

}  // namespace

std::expected<KernelImage, std::string> read_kernel_image(const fs::path& tree, const std::string& file,
                                                          const ImageLimits& limits) {
  const auto wrong = [&](std::string_view what) {
    return std::unexpected(fmt::format("{} {}", printable(file), what));
  };
  KernelImage image;
  auto part = read_untrusted(tree, file, kMostBytes);
  if (!part) return wrong("was not made");
  if (part->cut)
    return wrong(fmt::format("has {} bytes, more than any kernel of this lab", part->total_bytes));
  image.bytes = std::move(part->bytes);
  auto elf = parse_elf(image.bytes);
  if (!elf) return wrong("cannot be read: " + elf.error());
  image.elf = std::move(*elf);
  if (const std::string what = diagnostic(image.elf, limits); !what.empty()) return wrong(what);
  return image;
}

}  // namespace memgrade::collect
