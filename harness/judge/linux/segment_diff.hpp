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

// Some rows of both around `at`: "-" what should be there, "+" what is; a row that is the same stands once.
[[nodiscard]] std::string hex_beside(const SegmentView& truth, std::string_view dump, std::size_t at);

}  // namespace memgrade::judge
