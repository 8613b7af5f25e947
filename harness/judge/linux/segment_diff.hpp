// How a dump of a segment differs from the segment, in words that name the likely mistake. Inside this module
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::judge {

struct SegmentView {
  std::uint64_t start = 0;  // the address of the first byte
  std::string_view bytes;
};

// One sentence; the two must differ. `at` is the first byte that does.
[[nodiscard]] std::string dump_mistake(const SegmentView& truth, std::string_view dump, std::size_t at);

// In a file of several dumps one after the other: the bytes from the first to the second, by a part of the
// segment that is there only once. Nothing when no second one is found.
[[nodiscard]] std::optional<std::size_t> dump_length(const SegmentView& truth, std::string_view file);

// How much of the segment the dump holds, 0…1: page after page, each in its place or, where what is before it
// is missing or too much, behind the last one that was found. Bytes that are zero are not counted where there
// are others: zeros come by themselves. What the dump holds beyond the segment's length makes it less.
[[nodiscard]] double held_share(const SegmentView& truth, std::string_view dump);

// How many of the segment's pages in [first, last] the dump holds whole, anywhere, and how many there are.
struct HeldPages {
  std::size_t held = 0, all = 0;
  std::uint64_t first_missing = 0;  // its address, where one is missing
};
[[nodiscard]] HeldPages held_pages(const SegmentView& truth, std::string_view dump, std::uint64_t first,
                                   std::uint64_t last);

// Some rows of both around `at`: "-" what should be there, "+" what is; a row that is the same stands once.
[[nodiscard]] std::string hex_beside(const SegmentView& truth, std::string_view dump, std::size_t at);

}  // namespace memgrade::judge
