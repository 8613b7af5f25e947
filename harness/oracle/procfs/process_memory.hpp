// A Linux process's memory as /proc shows it: maps, pagemap, mem; and the machine's RAM by /proc/iomem.
// x86-64 with pages of 4 KiB. Pure; what cannot be right is an infrastructure error with the record and the
// line.
//
// Sources: proc(5); Documentation/admin-guide/mm/pagemap.rst.
#pragma once

#include <cstdint>
#include <harness/base/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memgrade::oracle {

inline constexpr std::uint64_t page_bytes_linux = 4096;

struct Vma {
  std::uint64_t first = 0, last = 0;  // addresses; both belong to it
  std::string permissions;            // "rw-p"
  std::string name;                   // "/bin/a b (deleted)", "[heap]", "": as maps has it, bytes
};
// In the order of addresses, without [vsyscall]: maps shows it, but it is in no mm's list.
[[nodiscard]] Result<std::vector<Vma>> parse_maps(std::string_view text);

struct PresentPage {
  std::uint64_t address = 0, pfn = 0;
};
// From pairs of 64-bit little-endian words, a page's address and its pagemap entry; those that are present
// (bit 63), in the order of addresses. Bits 0-54 are the PFN; PFN 0 for all of them means that the reader was
// not allowed to see PFNs, and is an error.
[[nodiscard]] Result<std::vector<PresentPage>> parse_pages(std::string_view bytes);

// The bytes of a segment, from start to before end.
struct SegmentBytes {
  std::uint64_t start = 0, end = 0;
  std::string bytes;
};
// From two 64-bit words, start and end, and the bytes between them; `what` names the record in an error.
[[nodiscard]] Result<SegmentBytes> parse_segment(std::string_view record, std::string_view what);

// The pid that /proc/PID/stat begins with, or that /proc/PID/status names.
[[nodiscard]] std::optional<std::uint64_t> pid_of_stat(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> pid_of_status(std::string_view text);

// [first, last] of physical addresses, in their order.
using PhysicalRanges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

}  // namespace memgrade::oracle
