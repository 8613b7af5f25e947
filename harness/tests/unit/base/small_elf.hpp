// A small ELF file, made field by field, for tests that break it.
#pragma once

#include <cstdint>
#include <harness/base/elf.hpp>
#include <string>

namespace memgrade::test {

inline void put(std::string& file, std::size_t offset, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    file[offset + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
}

// header 0, one program header 64, contents 0x100 ("code!"), symbols 0x180 (4), names 0x200, sections 0x280
// (3).
inline constexpr std::size_t segment_at = 64, contents_at = 0x100, symbols_at = 0x180, names_at = 0x200,
                             sections_at = 0x280;

inline void put_symbol(std::string& file, int index, unsigned name, int info, unsigned section,
                       std::uint64_t value, std::uint64_t bytes) {
  const std::size_t at = symbols_at + 24 * static_cast<std::size_t>(index);
  put(file, at, name, 4);
  put(file, at + 4, static_cast<std::uint64_t>(info), 1);
  put(file, at + 6, section, 2);
  put(file, at + 8, value, 8);
  put(file, at + 16, bytes, 8);
}

inline std::string good_file() {
  std::string file(sections_at + 3 * 64, '\0');
  file.replace(0, 7,
               std::string("\x7F"
                           "ELF\x02\x01\x01",
                           7));
  put(file, 16, 2, 2);
  put(file, 18, elf_riscv, 2);
  put(file, 24, 0x8020'0000, 8);
  put(file, 32, segment_at, 8);
  put(file, 40, sections_at, 8);
  put(file, 54, 56, 2);
  put(file, 56, 1, 2);
  put(file, 58, 64, 2);
  put(file, 60, 3, 2);
  put(file, segment_at, 1, 4);
  put(file, segment_at + 4, 5, 4);
  put(file, segment_at + 8, contents_at, 8);
  put(file, segment_at + 16, 0xFFFF'FFC0'0020'0000, 8);
  put(file, segment_at + 24, 0x8020'0000, 8);
  put(file, segment_at + 32, 5, 8);
  put(file, segment_at + 40, 0x1000, 8);
  file.replace(contents_at, 5, "code!");
  file.replace(names_at, 20, std::string("\0twin\0main\0outside\0", 19) + '\0');
  put_symbol(file, 0, 1, 0x02, 1, 0x100, 8);  // a local function "twin"
  put_symbol(file, 1, 1, 0x12, 1, 0x200, 8);  // a global one of the same name
  put_symbol(file, 2, 6, 0x12, 1, 0x300, 0);  // "main", without a size
  put_symbol(file, 3, 11, 0x10, 0, 0, 0);     // "outside", not defined here
  put(file, sections_at + 64 + 4, 2, 4);
  put(file, sections_at + 64 + 24, symbols_at, 8);
  put(file, sections_at + 64 + 32, 4 * 24, 8);
  put(file, sections_at + 64 + 40, 2, 4);
  put(file, sections_at + 64 + 56, 24, 8);
  put(file, sections_at + 128 + 4, 3, 4);
  put(file, sections_at + 128 + 24, names_at, 8);
  put(file, sections_at + 128 + 32, 19, 8);
  return file;
}

}  // namespace memgrade::test
