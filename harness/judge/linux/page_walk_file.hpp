// What a student's walk of the page table wrote: a line "0x<address> 0x<PFN>" for each page, scan after scan.
// Inside this module only.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::judge {

inline constexpr std::uint64_t kAbsentPfn = ~std::uint64_t{0};  // "-1" in place of a PFN

struct WalkedPage {
  std::uint64_t address = 0, pfn = 0;
  std::size_t line = 0;  // of the file, from 1
};
using Scan = std::vector<WalkedPage>;  // in the order of the file

struct WalkFile {
  std::vector<Scan> scans;
  std::size_t lines = 0;
  std::size_t broken = 0;  // lines that do not have the form
  std::size_t first_broken = 0;
  std::string broken_text;  // of the first
  bool ends_whole = true;   // the last line has its line end
};

// `form` has two groups, hexadecimal: the address and the PFN ("-1" is 2^64 - 1). A scan begins where the
// addresses fall back to `first_pages_end` or below it: a broken number elsewhere begins none. A last line
// without its end is left out: it may be on its way.
[[nodiscard]] WalkFile read_walk(std::string_view text, const RE2& form, std::uint64_t first_pages_end);

// The last scan that came to its end: the last one, unless one before it got further (nullptr: there is
// none).
[[nodiscard]] const Scan* last_whole_scan(const WalkFile& walk);

}  // namespace memgrade::judge
