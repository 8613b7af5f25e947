// The state that the models share, and its picture.
#include <gmock/gmock.h>

#include <harness/oracle/rv64/live_memory.hpp>
#include <harness/oracle/rv64/page_map.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t start = 0x8000'0000, page = 4096;

TEST(LiveMemory, JoinedBlocksAreThoseOfTheFreeSet) {
  LiveMemory memory(start, 4096);
  EXPECT_EQ(memory.joined_blocks()[12], 1U);
  memory.add({start + 5 * page, page, 0, false});
  const auto blocks = memory.joined_blocks();
  for (std::size_t order = 0; order < 12; ++order) EXPECT_EQ(blocks[order], 1U) << order;
  EXPECT_EQ(blocks[12], 0U);
  EXPECT_EQ(memory.free_pages(), 4095U);
  memory.remove(start + 5 * page);
  EXPECT_EQ(memory.joined_blocks()[12], 1U);
}

TEST(LiveMemory, FreeRunsAreAligned) {
  LiveMemory memory(start, 8);
  memory.add({start, page, 0, false});
  memory.add({start + 3 * page, page, 1, false});
  memory.add({start + 6 * page, page, 2, false});
  EXPECT_TRUE(memory.has_free_run(2));  // 4 and 5
  EXPECT_FALSE(memory.has_free_run(4));
  memory.remove(start + 6 * page);
  EXPECT_TRUE(memory.has_free_run(4));
}

TEST(LiveMemory, SharedPagesAreFreeWhenTheLastObjectGoes) {
  LiveMemory memory(start, 8);
  memory.add({start, 64, 0, true});
  memory.add({start + 64, 64, 1, true});
  EXPECT_EQ(memory.overlapping(start + 63, 2)->op, 0U);
  EXPECT_EQ(memory.overlapping(start + 128, 8), nullptr);
  memory.remove(start);
  EXPECT_EQ(memory.free_pages(), 7U);
  memory.remove(start + 64);
  EXPECT_EQ(memory.free_pages(), 8U);
}

TEST(LiveMemory, InsideDoesNotOverflow) {
  const LiveMemory memory(start, 8);
  EXPECT_TRUE(memory.inside(start, 8 * page));
  EXPECT_FALSE(memory.inside(start + page, 8 * page));
  EXPECT_FALSE(memory.inside(start - 1, 1));
  EXPECT_FALSE(memory.inside(~std::uint64_t{0}, 2));
  EXPECT_FALSE(memory.inside(start, ~std::uint64_t{0}));
}

TEST(BlockPicture, SumsUpWhatIsFarFromTheMark) {
  std::vector<std::int32_t> owners(64, -1);
  for (std::size_t i = 0; i < owners.size(); i += 2) owners[i] = static_cast<std::int32_t>(i);
  owners[33] = -2;
  EXPECT_EQ(draw_pages(owners, 33, 5),
            "  pages    0 -   31  …        16 used, 16 free, in 32 runs\n"
            "  pages   32 -   32  p32      1 page\n"
            "> pages   33 -   33  objects  1 page\n"
            "  pages   34 -   34  p34      1 page\n"
            "  pages   35 -   63  …        14 used, 15 free, in 29 runs\n");
}

}  // namespace
}  // namespace memgrade::oracle
