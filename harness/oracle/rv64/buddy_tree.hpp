// The allocator's tree as the course's handout lays it out, read out of a stopped kernel's memory:
//
//   struct { bool initialized; uint64_t base_addr; unsigned int bitmap[8192]; }
//
// Node 1 is the root and stands for all 4,096 pages, nodes 2x and 2x + 1 for the halves of node x. The lower
// 31 bits of a node are the largest free block below it, in pages; bit 31 says that it was split. So
//
//   the node's own size, not split    the block is free
//   0, not split                      the block is given out as a whole
//   else                              the larger of its two children
//
// Whoever keeps the sizes right and the split bit otherwise is read all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memgrade::oracle {

inline constexpr std::size_t buddy_tree_nodes = 8192;
inline constexpr std::uint64_t buddy_tree_bytes = 16 + 4 * buddy_tree_nodes;

struct BuddyTree {
  std::uint64_t base = 0;            // of the memory that it manages
  std::vector<std::uint32_t> nodes;  // as they stand there; node 0 is none
};
// Absent when the allocator was not initialised, or the bytes are too few.
[[nodiscard]] std::optional<BuddyTree> parse_buddy_tree(std::string_view bytes);

struct BuddyTreeReading {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> given;  // [first, last] pages of each block, ascending
  std::uint64_t free_pages = 0;
  std::vector<std::string> diagnostics;  // nodes that contradict others; some, for a person
  std::string picture;                   // see draw_pages
};
[[nodiscard]] BuddyTreeReading read_buddy_tree(const BuddyTree& tree);

}  // namespace memgrade::oracle
