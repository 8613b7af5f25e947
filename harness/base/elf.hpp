// ELF files of 64 bits, little-endian, as compilers for RISC-V write them: what is loaded where, and what the
// symbols are. Pure. The files are students' work or worse: every offset, size and count is checked before it
// is used, and a file that cannot be right is refused with a reason for a person. That is no Error of ours.
//
// The source is the System V ABI, chapters 4 and 5, and the RISC-V ELF psABI for the machine's number.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {

enum class ElfType : std::uint16_t { relocatable = 1, executable = 2, shared = 3 };  // others exist
inline constexpr std::uint16_t elf_riscv = 243, elf_x86_64 = 62;                     // e_machine

// A part of the file that is loaded (PT_LOAD).
struct ElfSegment {
  std::uint64_t address = 0;   // virtual
  std::uint64_t physical = 0;  // where a loader without paging puts it
  std::uint64_t file_offset = 0, file_bytes = 0;
  std::uint64_t bytes = 0;  // in memory; what is not in the file is zero
  bool readable = false, writable = false, executable = false;
};

struct ElfSymbol {
  std::string name;
  std::uint64_t value = 0, bytes = 0;
  bool function = false, object = false;
  bool global = false;  // or weak; else known in its own source file alone
};

struct Elf {
  ElfType type = ElfType::executable;
  std::uint16_t machine = 0;
  std::uint64_t entry = 0;
  std::vector<ElfSegment> segments;  // as in the file
  std::vector<ElfSymbol> symbols;    // of .symtab, defined ones with a name; empty in a stripped file

  // The symbol of that name: the global one, else the first.
  [[nodiscard]] const ElfSymbol* find(std::string_view name) const;
};

// Symbols past these are left out, and a file is not refused for having many.
struct ElfLimits {
  std::size_t symbols = 200'000;
  std::size_t name_bytes = 512;  // of one name; a longer one is cut
};
// The file, or what is wrong with it: "is no ELF file", "section 7 lies outside the file".
[[nodiscard]] std::expected<Elf, std::string> parse_elf(std::string_view bytes, const ElfLimits& limits = {});

}  // namespace memgrade
