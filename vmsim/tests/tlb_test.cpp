// The TLB beside page replacement, and both against the naive model.
#include "naive_model.hpp"
#include "traces.hpp"

#include <vmsim/fifo.hpp>
#include <vmsim/tlb.hpp>

#include <map>
#include <set>

namespace vmsim::tests {
namespace {

TEST(Tlb, KnowsWhatWasInsertedUntilRemoved) {
  Tlb<Fifo> tlb(2, 16, {});
  EXPECT_FALSE(tlb.lookup(5, 0));
  tlb.insert(5, 70, 0);
  EXPECT_EQ(tlb.lookup(5, 1), 70U);
  tlb.remove(5);
  EXPECT_FALSE(tlb.lookup(5, 2));
}

TEST(Tlb, FreedSlotIsTakenWithoutEviction) {
  Tlb<Fifo> tlb(2, 16, {});
  tlb.insert(1, 11, 0);
  tlb.insert(2, 12, 1);
  tlb.remove(2);
  tlb.insert(3, 13, 2);
  EXPECT_EQ(tlb.lookup(1, 3), 11U);
  EXPECT_EQ(tlb.lookup(3, 3), 13U);
}

TEST(Tlb, RemovingAnUnknownPageChangesNothing) {
  Tlb<Fifo> tlb(1, 16, {});
  tlb.insert(1, 11, 0);
  tlb.remove(2);
  tlb.remove(2);
  EXPECT_EQ(tlb.lookup(1, 1), 11U);
  tlb.insert(3, 13, 2);
  EXPECT_FALSE(tlb.lookup(1, 3));
  EXPECT_EQ(tlb.lookup(3, 3), 13U);
}

TEST(Tlb, FifoEvictsOldestEntryAndLruTheOneNotUsed) {
  const Trace trace = {0, 1, 0, 2, 0};
  EXPECT_EQ(counts("fifo", machine(8, 2), trace).tlb_hits, 1U);
  EXPECT_EQ(counts("lru", machine(8, 2), trace).tlb_hits, 2U);
}

TEST(Tlb, EntryGoesWithItsPage) {
  // One frame: each access drives the other page out. A stale entry would be a hit, and no fault.
  const Statistics result = counts("fifo", machine(1, 16), {0, 1, 0, 1});
  EXPECT_EQ(result.page_faults, 4U);
  EXPECT_EQ(result.tlb_hits, 0U);
}

TEST(Tlb, EntryOfEvictedPageMakesRoomForTheNext) {
  // 2 drives 0 out of memory, and so out of the TLB: there is room for 2 beside 1, and 1 is still known.
  EXPECT_EQ(counts("fifo", machine(2, 2), {0, 1, 2, 1}).tlb_hits, 1U);
}

TEST(Tlb, HitRenewsThePageInMemoryToo) {
  // 0 is used again, found in the TLB; LRU must drive out 1, not 0.
  EXPECT_EQ(counts("lru", machine(2, 16), {0, 1, 0, 2, 0}).page_faults, 3U);
}

TEST(Tlb, NoEntriesNeverHit) {
  const Statistics result = counts("lru", machine(4, 0), {1, 1, 1, 2, 2});
  EXPECT_EQ(result.tlb_hits, 0U);
  EXPECT_EQ(result.page_faults, 2U);
}

class EveryPolicyWithTlb : public testing::TestWithParam<std::string> {};

// Follows what the faults load: a frame that does not hold the page asked for is a wrong translation.
TEST_P(EveryPolicyWithTlb, FrameHoldsThePageAskedFor) {
  const Trace trace = random_trace(31, 20'000, 120);
  for (const std::size_t frames : {1U, 3U, 40U, 200U}) {
    const auto mmu = find_policy(GetParam())->make_mmu(machine(frames, 16), trace);
    std::map<FrameNumber, PageNumber> held;
    for (TraceIndex now = 0; now < trace.size(); ++now) {
      const Translation translation = mmu->translate(trace[now], now);
      ASSERT_LT(translation.frame, frames);
      ASSERT_FALSE(translation.tlb_hit && translation.page_fault);
      if (translation.page_fault) held[translation.frame] = trace[now];
      ASSERT_EQ(held.at(translation.frame), trace[now]) << frames << " frames, access " << now;
    }
  }
}

TEST_P(EveryPolicyWithTlb, TlbSizeNeverChangesFaults) {
  const Trace trace = random_trace(32, 10'000, 100);
  const std::uint64_t without = counts(GetParam(), machine(30, 0), trace).page_faults;
  for (const std::size_t entries : {1U, 4U, 16U, 64U}) {
    EXPECT_EQ(counts(GetParam(), machine(30, entries), trace).page_faults, without);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryPolicyWithTlb,
                         testing::Values("fifo", "lru", "clock", "lfu", "opt", "random"),
                         [](const auto& test) { return test.param; });

class NaiveModel : public testing::TestWithParam<std::string> {};

TEST_P(NaiveModel, CountsTheSameOnRandomTraces) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto pages = static_cast<std::uint32_t>(4 + seed * 9);
    const Trace trace = random_trace(seed, 1'500, pages);
    for (const std::size_t frames : {1U, 2U, 3U, 8U, 17U, 64U}) {
      for (const std::size_t entries : {0U, 1U, 2U, 5U, 16U, 100U}) {
        EXPECT_EQ(counts(GetParam(), machine(frames, entries), trace),
                  naive::run(GetParam(), frames, entries, trace))
            << "seed " << seed << ", " << frames << " frames, " << entries << " TLB entries";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, NaiveModel, testing::Values("fifo", "lru", "clock", "lfu", "opt"),
                         [](const auto& test) { return test.param; });

TEST(Geometry, WidePageNumbersCountTheSameAsNarrowOnes) {
  const Trace narrow = random_trace(41, 5'000, 256);
  Trace wide = narrow;
  for (PageNumber& page : wide) page = page << 12 | 0x5A5;
  MachineConfig config = machine(64, 16);
  config.geometry.page_bits = 20;
  for (const std::string_view policy : {"fifo", "lru", "clock", "lfu", "opt"}) {
    EXPECT_EQ(counts(policy, config, wide), counts(policy, machine(64, 16), narrow)) << policy;
  }
}

TEST(Geometry, SplitsAndJoinsAddresses) {
  const Geometry small;
  EXPECT_EQ(small.page_of(16'916), 66U);
  EXPECT_EQ(small.offset_of(16'916), 20U);
  EXPECT_EQ(small.page_of(0x1'2345), 0x23U);
  Geometry wide;
  wide.page_bits = 20;
  wide.offset_bits = 12;
  EXPECT_TRUE(wide.valid());
  EXPECT_EQ(wide.address_mask(), 0xFFFF'FFFFU);
  EXPECT_EQ(wide.page_of(0xFFFF'F123U), 0xF'FFFFU);
  EXPECT_EQ(wide.join(0xFF'FFFF, 0xABC), 0xF'FFFF'FABCU);
  wide.page_bits = 21;
  EXPECT_FALSE(wide.valid());
}

}  // namespace
}  // namespace vmsim::tests
