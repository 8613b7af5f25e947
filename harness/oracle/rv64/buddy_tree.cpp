#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <harness/oracle/rv64/buddy_tree.hpp>
#include <harness/oracle/rv64/page_map.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint32_t split_bit = 0x8000'0000;
constexpr std::size_t tree_pages = buddy_tree_nodes / 2;
constexpr std::size_t most_diagnostics = 5;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[i]);
  return value;
}

class Reader {
 public:
  explicit Reader(const BuddyTree& tree) : nodes_(tree.nodes), owners_(tree_pages, -1) {}

  BuddyTreeReading result() {
    visit(1, 0, tree_pages);
    reading_.free_pages = static_cast<std::uint64_t>(std::ranges::count(owners_, -1));
    reading_.picture = draw_pages(owners_, -1, 24);
    return std::move(reading_);
  }

 private:
  [[nodiscard]] std::uint32_t size(std::size_t node) const { return nodes_[node] & ~split_bit; }
  [[nodiscard]] bool split(std::size_t node) const { return (nodes_[node] & split_bit) != 0; }

  // The node's block is [first, first + pages).
  void visit(std::size_t node, std::size_t first, std::size_t pages) {
    const std::uint32_t free = size(node);
    if (free > pages || (free != 0 && !std::has_single_bit(free)))
      return diagnose(node, first, pages, fmt::format("says {} pages are free", free));
    const bool leaf = pages == 1;
    if (free == pages) return free_block(node, first, pages);
    if (free == 0 && (leaf || !split(node))) return give(first, pages);
    const std::uint32_t below = std::max(size(2 * node), size(2 * node + 1));
    if (free != below)
      diagnose(node, first, pages, fmt::format("says a block of {} is free, its halves say {}", free, below));
    visit(2 * node, first, pages / 2);
    visit(2 * node + 1, first + pages / 2, pages / 2);
  }

  // All below a free block is free, too: one that was forgotten there would be given out twice.
  void free_block(std::size_t node, std::size_t first, std::size_t pages) {
    for (std::size_t below = 2 * node, count = 2, part = pages / 2; part >= 1;
         below *= 2, count *= 2, part /= 2) {
      for (std::size_t i = 0; i < count; ++i) {
        if (size(below + i) == part) continue;
        return diagnose(node, first, pages,
                        fmt::format("is free as a whole, though pages {}-{} below it are not",
                                    first + i * part, first + (i + 1) * part - 1));
      }
    }
  }

  void give(std::size_t first, std::size_t pages) {
    std::fill_n(owners_.begin() + static_cast<std::ptrdiff_t>(first), pages, -3);
    reading_.given.emplace_back(first, first + pages - 1);
  }

  void diagnose(std::size_t node, std::size_t first, std::size_t pages, const std::string& what) {
    if (reading_.diagnostics.size() < most_diagnostics)
      reading_.diagnostics.push_back(
          fmt::format("node {} (pages {}-{}) {}", node, first, first + pages - 1, what));
  }

  const std::vector<std::uint32_t>& nodes_;
  std::vector<std::int32_t> owners_;
  BuddyTreeReading reading_;
};

}  // namespace

std::optional<BuddyTree> parse_buddy_tree(std::string_view bytes) {
  if (bytes.size() < buddy_tree_bytes || bytes[0] == 0) return std::nullopt;
  BuddyTree tree;
  tree.base = little_endian(bytes.substr(8, 8));
  for (std::size_t i = 0; i < buddy_tree_nodes; ++i)
    tree.nodes.push_back(static_cast<std::uint32_t>(little_endian(bytes.substr(16 + 4 * i, 4))));
  return tree;
}

BuddyTreeReading read_buddy_tree(const BuddyTree& tree) {
  return tree.nodes.size() == buddy_tree_nodes ? Reader(tree).result() : BuddyTreeReading();
}

}  // namespace memgrade::oracle
