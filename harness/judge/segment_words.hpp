// How a dump of a segment differs from the segment, in words that name the likely mistake. Inside this room
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace memgrade::judge {

struct SegmentView {
  std::uint64_t start = 0;  // the address of the first byte
  std::string_view bytes;
};

// One sentence; the two must differ. `at` is the first byte that does.
[[nodiscard]] std::string dump_mistake(const SegmentView& truth, std::string_view dump, std::size_t at);

// Some rows of both around `at`, what should be there and what is; a mark where they differ.
[[nodiscard]] std::string hex_beside(const SegmentView& truth, std::string_view dump, std::size_t at);

}  // namespace memgrade::judge
