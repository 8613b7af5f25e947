// What a student's search for hot pages wrote: a line a scan, decimal numbers joined by commas. And what the
// numbers are: the handout asks for physical addresses; many write PFNs, some the kernel's page addresses.
// Inside this module only.
#pragma once

#include <cstdint>
#include <harness/judge/linux/guest_memory.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::judge {

struct HotScan {
  std::size_t line = 0;                // of the file, from 1
  std::vector<std::uint64_t> numbers;  // those that can be read
};

struct HotFile {
  std::vector<HotScan> scans;  // whole lines
  HotScan rest;                // a last line without its end: it may be on its way
  std::string mistake;         // the first thing that is not in the form, a sentence; "" when all is
};
// A number with blanks around it, or hexadecimal with 0x before it, is a mistake, and is read.
[[nodiscard]] HotFile read_hot_file(std::string_view text);

enum class PageUnit { physical, pfn, page };
[[nodiscard]] std::string_view to_string(PageUnit unit);

// The PFN that a number stands for, when it is one of RAM. A `page` is an address in the array of struct page
// at 0xffffea0000000000 (x86-64 with four levels and no KASLR; Documentation/arch/x86/x86_64/mm.rst), which
// has 64 bytes for each.
[[nodiscard]] std::optional<std::uint64_t> pfn_of(std::uint64_t number, PageUnit unit,
                                                  const ProcessMemory& memory);
// The unit in which the most numbers are pages of RAM; of equals the first of physical, pfn, page. `rest` is
// asked where there is nothing else.
[[nodiscard]] PageUnit likeliest_unit(const HotFile& file, const ProcessMemory& memory);

// How the lines stand for scans.
enum class Grouping { a_line_a_scan, lines_within_scans, no_line_ends };

// A scan goes through the process's addresses from low to high. Where lines and scans do not agree (a newline
// after every VMA, or none at all), the scans are found by that order alone, and put into the file in the
// lines' place; of scans that no line ends the last is left out, it may be on its way. Lines stay as they are
// where they agree.
[[nodiscard]] Grouping regroup_scans(HotFile& file, PageUnit unit, const std::vector<ProcessMemory>& seen);

}  // namespace memgrade::judge
