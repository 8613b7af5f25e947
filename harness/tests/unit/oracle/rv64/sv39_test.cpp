// Sv39 on tables made by hand: every size of page, every fault, every permission.
#include <gmock/gmock.h>

#include <harness/oracle/rv64/sv39.hpp>
#include <map>

namespace memgrade::oracle::sv39 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t root = 0x8000'1000, middle = 0x8000'2000, low = 0x8000'3000;
constexpr std::uint64_t satp = 8ULL << 60 | 0xABCDULL << 44 | root >> 12;
constexpr std::uint64_t rwx = pte_r | pte_w | pte_x;
constexpr std::uint64_t gib = 1ULL << 30, mib2 = 2ULL << 20;

// Memory that holds the PTEs written to it, and zeros elsewhere from 0x80000000 to 0x90000000.
class Tables {
 public:
  void set(std::uint64_t table, std::uint64_t index, std::uint64_t target, std::uint64_t flags) {
    set_raw(table, index, (target >> 12) << 10 | flags);
  }
  void set_raw(std::uint64_t table, std::uint64_t index, std::uint64_t pte) {
    ptes_[table + 8 * index] = pte;
  }
  // Tables for the page at virtual address 0.
  void down_to_low() {
    set(root, 0, middle, pte_v);
    set(middle, 0, low, pte_v);
  }
  ReadPte reader() const {
    return [this](std::uint64_t physical) -> std::optional<std::uint64_t> {
      if (physical < 0x8000'0000 || physical >= 0x9000'0000 || physical % 8 != 0) return std::nullopt;
      const auto found = ptes_.find(physical);
      return found == ptes_.end() ? 0 : found->second;
    };
  }
  Walk at(std::uint64_t address) const { return walk(satp, address, reader()); }
  Listing all(ListLimits limits = {}) const { return list(satp, 0, ~0ULL, reader(), limits); }

 private:
  std::map<std::uint64_t, std::uint64_t> ptes_;
};

TEST(Sv39Walk, PageOf4KiB) {
  Tables tables;
  tables.set(root, 1, middle, pte_v);
  tables.set(middle, 2, low, pte_v);
  tables.set(low, 3, 0x8123'4000, pte_v | pte_r | pte_u);
  const Walk walk = tables.at(gib + 2 * mib2 + 3 * 4096 + 0x567);
  ASSERT_TRUE(walk.mapped()) << to_string(*walk.fault);
  EXPECT_EQ(walk.physical, 0x8123'4567U);
  EXPECT_EQ(walk.steps.back().level, 0);
  ASSERT_THAT(walk.steps, SizeIs(3));
  EXPECT_EQ(walk.steps[0].pte_address, root + 8);
  EXPECT_EQ(walk.steps[1].pte_address, middle + 16);
  EXPECT_EQ(walk.steps[2].pte_address, low + 24);
  EXPECT_EQ(walk.leaf() & 0xFF, pte_v | pte_r | pte_u);
}

TEST(Sv39Walk, SuperpagesOf2MiBAnd1GiB) {
  Tables tables;
  tables.set(root, 2, 0x8000'0000, pte_v | rwx);
  tables.set(root, 0, middle, pte_v);
  tables.set(middle, 5, 0x8060'0000, pte_v | pte_x);
  const Walk large = tables.at(2 * gib + 0x1234'5678);
  ASSERT_TRUE(large.mapped());
  EXPECT_EQ(large.physical, 0x9234'5678U);
  EXPECT_EQ(large.steps.back().level, 2);
  const Walk small = tables.at(5 * mib2 + 0x1F'FFFF);
  ASSERT_TRUE(small.mapped());
  EXPECT_EQ(small.physical, 0x807F'FFFFU);
  EXPECT_EQ(small.steps.back().level, 1);
}

TEST(Sv39Walk, UpperHalfAndTheHoleBetween) {
  Tables tables;
  tables.set(root, 511, 0x8000'0000, pte_v | pte_r);
  tables.set(root, 256, 0x4000'0000, pte_v | pte_r);
  EXPECT_EQ(tables.at(0xFFFF'FFFF'C000'0010).physical, 0x8000'0010U);
  EXPECT_EQ(tables.at(0xFFFF'FFC0'0000'0000).physical, 0x4000'0000U);
  for (const std::uint64_t address :
       {0x40'0000'0000ULL, 0xFFFF'FFBF'FFFF'FFFFULL, 0x7FFF'FFFF'C000'0010ULL}) {
    EXPECT_EQ(tables.at(address).fault, WalkFault::not_canonical) << address;
  }
  EXPECT_EQ(tables.at(0x3F'FFFF'FFFF).fault, WalkFault::not_valid);
}

TEST(Sv39Walk, SatpDecides) {
  const Tables tables;
  EXPECT_EQ(walk(0, 0, tables.reader()).fault, WalkFault::no_paging);
  EXPECT_EQ(walk(9ULL << 60 | root >> 12, 0, tables.reader()).fault, WalkFault::not_sv39);
  EXPECT_EQ(walk(8ULL << 60, 0, tables.reader()).fault, WalkFault::no_memory);
}

// The fault of one PTE at each level on the way to address 0.
std::optional<WalkFault> fault_of(int level, std::uint64_t pte) {
  Tables tables;
  tables.down_to_low();
  tables.set_raw(level == 2 ? root : level == 1 ? middle : low, 0, pte);
  const Walk walk = tables.at(0);
  EXPECT_EQ(walk.steps.back().level, level);
  return walk.fault;
}

TEST(Sv39Walk, EveryFaultOfAPteAtEveryLevel) {
  for (const int level : {0, 1, 2}) {
    const std::uint64_t page = 0x8000'0000ULL >> 12 << 10;
    EXPECT_EQ(fault_of(level, page | pte_v | pte_r), std::nullopt);
    EXPECT_EQ(fault_of(level, 0), WalkFault::not_valid);
    EXPECT_EQ(fault_of(level, page | rwx), WalkFault::not_valid);
    EXPECT_EQ(fault_of(level, page | pte_v | pte_w), WalkFault::write_without_read);
    EXPECT_EQ(fault_of(level, page | pte_v | pte_w | pte_x), WalkFault::write_without_read);
    for (int bit = 54; bit < 64; ++bit) {
      EXPECT_EQ(fault_of(level, page | pte_v | pte_r | 1ULL << bit), WalkFault::reserved_bits) << bit;
    }
    for (const std::uint64_t flag : {pte_u, pte_a, pte_d}) {
      EXPECT_EQ(fault_of(level, page | pte_v | flag), WalkFault::pointer_with_flags);
    }
  }
  EXPECT_EQ(fault_of(0, low >> 12 << 10 | pte_v), WalkFault::pointer_at_last_level);
  EXPECT_EQ(fault_of(0, low >> 12 << 10 | pte_v | pte_g), WalkFault::pointer_at_last_level);
}

TEST(Sv39Walk, SuperpagesMustBeAligned) {
  const auto leaf = [](std::uint64_t physical) { return physical >> 12 << 10 | pte_v | pte_r; };
  EXPECT_EQ(fault_of(1, leaf(0x8000'1000)), WalkFault::misaligned_superpage);
  EXPECT_EQ(fault_of(1, leaf(0x8010'0000)), WalkFault::misaligned_superpage);
  EXPECT_EQ(fault_of(1, leaf(0x8020'0000)), std::nullopt);
  EXPECT_EQ(fault_of(2, leaf(0x8020'0000)), WalkFault::misaligned_superpage);
  EXPECT_EQ(fault_of(2, leaf(0x8000'1000)), WalkFault::misaligned_superpage);
  EXPECT_EQ(fault_of(0, leaf(0x8000'1000)), std::nullopt);
}

TEST(Sv39Walk, TableOutsideTheMemory) {
  Tables tables;
  tables.set(root, 0, 0x1000, pte_v);
  const Walk walk = tables.at(0);
  EXPECT_EQ(walk.fault, WalkFault::no_memory);
  EXPECT_THAT(walk.steps, SizeIs(1));
}

TEST(Sv39List, JoinsWhatFollowsInBoth) {
  Tables tables;
  tables.down_to_low();
  for (std::uint64_t i = 0; i < 4; ++i)
    tables.set(low, i, 0x8100'0000 + i * 4096, pte_v | pte_r | (i == 2 ? pte_a : 0));
  tables.set(low, 4, 0x8200'0000, pte_v | pte_r);
  tables.set(low, 5, 0x8200'1000, pte_v | pte_r | pte_w);
  tables.set(low, 511, 0x811F'F000, pte_v | pte_x);
  tables.set(middle, 1, 0x8120'0000, pte_v | pte_x);
  tables.set(root, 511, 0x8000'0000, pte_v | pte_r);
  const Listing listing = tables.all();
  EXPECT_FALSE(listing.fault);
  EXPECT_FALSE(listing.cut);
  EXPECT_THAT(listing.broken, IsEmpty());
  EXPECT_THAT(listing.mappings, ElementsAre(Mapping{0, 0x8100'0000, 4 * 4096, pte_v | pte_r},
                                            Mapping{4 * 4096, 0x8200'0000, 4096, pte_v | pte_r},
                                            Mapping{5 * 4096, 0x8200'1000, 4096, pte_v | pte_r | pte_w},
                                            Mapping{511 * 4096, 0x811F'F000, 4096 + mib2, pte_v | pte_x},
                                            Mapping{0xFFFF'FFFF'C000'0000, 0x8000'0000, gib, pte_v | pte_r}));
  EXPECT_THAT(listing.tables, ElementsAre(root, middle, low));
  EXPECT_THAT(tables.all({.with_accessed_dirty = true}).mappings, SizeIs(7));
}

TEST(Sv39List, OnlyTheRangeThatIsAskedFor) {
  Tables tables;
  tables.set(root, 0, middle, pte_v);
  tables.set(middle, 0, 0x8000'0000, pte_v | pte_r);
  tables.set(middle, 1, low, pte_v);
  const Listing part = list(satp, 0x1000, 0x1FFF, tables.reader());
  EXPECT_THAT(part.mappings, ElementsAre(Mapping{0x1000, 0x8000'1000, 0x1000, pte_v | pte_r}));
  EXPECT_THAT(part.tables, ElementsAre(root, middle));
  EXPECT_THAT(list(satp, mib2, 2 * mib2 - 1, tables.reader()).mappings, IsEmpty());
  EXPECT_THAT(list(satp, 0, 0, tables.reader()).mappings,
              ElementsAre(Mapping{0, 0x8000'0000, 1, pte_v | pte_r}));
  EXPECT_THAT(list(satp, 2, 1, tables.reader()).mappings, IsEmpty());
  EXPECT_EQ(list(0, 0, ~0ULL, tables.reader()).fault, WalkFault::no_paging);
}

TEST(Sv39List, BrokenPtesAreNamedAndTheRestIsListed) {
  Tables tables;
  tables.down_to_low();
  tables.set(low, 1, 0x8100'0000, pte_v | pte_w);
  tables.set(low, 2, 0x8100'0000, pte_v | pte_r);
  tables.set_raw(low, 3, 0xFF00);
  tables.set(middle, 7, 0x1000, pte_v);
  const Listing listing = tables.all();
  ASSERT_THAT(listing.broken, SizeIs(2));
  EXPECT_EQ(listing.broken[0].address, 0x1000U);
  EXPECT_EQ(listing.broken[0].fault, WalkFault::write_without_read);
  EXPECT_EQ(listing.broken[1].address, 7 * mib2);
  EXPECT_EQ(listing.broken[1].fault, WalkFault::no_memory);
  EXPECT_EQ(listing.broken[1].step.pte_address, middle + 7 * 8);
  EXPECT_THAT(listing.mappings, SizeIs(1));
}

TEST(Sv39List, TablesThatLeadToThemselvesCannotRunAway) {
  Tables tables;
  for (std::uint64_t i = 0; i < 512; ++i) tables.set(root, i, root, pte_v);
  const Listing listing = tables.all();
  EXPECT_TRUE(listing.cut);
  EXPECT_LE(listing.broken.size(), ListLimits{}.broken);
  EXPECT_THAT(listing.tables, ElementsAre(root));
}

TEST(Sv39List, LimitsCutTheRest) {
  Tables tables;
  tables.down_to_low();
  for (std::uint64_t i = 0; i < 10; ++i) tables.set(low, 2 * i, 0x8100'0000, pte_v | pte_r);
  const Listing listing = tables.all({.mappings = 4});
  EXPECT_TRUE(listing.cut);
  EXPECT_THAT(listing.mappings, SizeIs(4));
  EXPECT_TRUE(tables.all({.table_reads = 2}).cut);
  EXPECT_FALSE(tables.all({.table_reads = 3}).cut);
}

TEST(Sv39Flags, AreShownInOrder) {
  EXPECT_EQ(flags_text(0), "-------");
  EXPECT_EQ(flags_text(0xFF), "rwxugad");
  EXPECT_EQ(flags_text(pte_v | pte_r | pte_x | pte_u), "r-xu---");
}

}  // namespace
}  // namespace memgrade::oracle::sv39
