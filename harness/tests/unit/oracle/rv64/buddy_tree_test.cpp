#include <gmock/gmock.h>
#include <harness/oracle/rv64/buddy_tree.hpp>

namespace memgrade::oracle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::uint32_t split = 0x8000'0000;

// All 4,096 pages free.
BuddyTree fresh() {
  BuddyTree tree{0x8000'8000, std::vector<std::uint32_t>(buddy_tree_nodes)};
  for (std::size_t node = 1, pages = 4096; node < buddy_tree_nodes; node *= 2, pages /= 2)
    for (std::size_t i = 0; i < node; ++i) tree.nodes[node + i] = static_cast<std::uint32_t>(pages);
  return tree;
}

// As the handout says: the node's size is 0, and all above it are split with the larger of their halves.
BuddyTree with_given(BuddyTree tree, std::size_t node) {
  tree.nodes[node] = 0;
  for (node /= 2; node >= 1; node /= 2)
    tree.nodes[node] = split | std::max(tree.nodes[2 * node] & ~split, tree.nodes[2 * node + 1] & ~split);
  return tree;
}

TEST(BuddyTree, AFreshOneIsOneFreeBlock) {
  const BuddyTreeReading reading = read_buddy_tree(fresh());
  EXPECT_EQ(reading.free_pages, 4096U);
  EXPECT_THAT(reading.given, IsEmpty());
  EXPECT_THAT(reading.diagnostics, IsEmpty());
}

TEST(BuddyTree, BlocksThatAreGivenOut) {
  const BuddyTreeReading reading = read_buddy_tree(with_given(with_given(fresh(), 4096), 8192 / 16 + 1));
  EXPECT_THAT(reading.given, ElementsAre(Pair(0, 0), Pair(8, 15)));
  EXPECT_EQ(reading.free_pages, 4096U - 1 - 8);
  EXPECT_THAT(reading.diagnostics, IsEmpty());
  EXPECT_THAT(reading.picture, HasSubstr("pages    8 -   15  in use   8 pages"));
}

TEST(BuddyTree, ANodeThatIsNotTheLargerHalf) {
  BuddyTree tree = with_given(with_given(fresh(), 4), 5);
  tree.nodes[2] = split | 1024;  // both halves are gone
  EXPECT_THAT(read_buddy_tree(tree).diagnostics,
              testing::Contains(HasSubstr("node 2 (pages 0-2047) says a block of 1024 is free")));
}

TEST(BuddyTree, AFreeBlockWithPagesInUseBelowIt) {
  BuddyTree tree = with_given(fresh(), 4096);
  tree.nodes[1] = 4096;
  EXPECT_THAT(read_buddy_tree(tree).diagnostics,
              ElementsAre(HasSubstr("is free as a whole, though pages 0-2047 below it are not")));
}

TEST(BuddyTree, SizesThatNoNodeCanHave) {
  BuddyTree tree = with_given(fresh(), 4097);
  tree.nodes[4096] = 4096;  // bytes, where pages are meant
  EXPECT_THAT(read_buddy_tree(tree).diagnostics, testing::Contains(HasSubstr("says 4096 pages are free")));
  tree.nodes[4096] = 3;
  EXPECT_THAT(read_buddy_tree(tree).diagnostics, testing::Contains(HasSubstr("says 3 pages are free")));
}

TEST(BuddyTree, ComplaintsAreFew) {
  BuddyTree tree = with_given(fresh(), 4096);
  for (std::size_t node = 2; node < buddy_tree_nodes; ++node) tree.nodes[node] = split | 0x7fff'ffff;
  EXPECT_LE(read_buddy_tree(tree).diagnostics.size(), 5U);
}

TEST(BuddyTree, ReadFromMemory) {
  std::string bytes(buddy_tree_bytes, '\0');
  EXPECT_FALSE(parse_buddy_tree(bytes)) << "not initialised";
  bytes[0] = 1;
  bytes[8] = '\x10';
  bytes[11] = '\x80';
  bytes[16 + 4 + 1] = '\x10';
  const auto tree = parse_buddy_tree(bytes);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->base, 0x8000'0010U);
  EXPECT_EQ(tree->nodes.at(1), 0x1000U);
  EXPECT_FALSE(parse_buddy_tree(std::string_view(bytes).substr(1)));
}

}  // namespace
}  // namespace memgrade::oracle
