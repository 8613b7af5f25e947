// Page replacement without a TLB: textbook reference strings, what each policy promises, and invariants.
#include "traces.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace vmsim::tests {
namespace {

// Silberschatz, Galvin, Gagne, Operating System Concepts, section "Page Replacement".
const Trace kTextbook = {7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1};
const Trace kBelady = {1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5};

TEST(Fifo, TextbookStringHas15Faults) {
  EXPECT_EQ(faults("fifo", 3, kTextbook), 15U);
}
TEST(Lru, TextbookStringHas12Faults) {
  EXPECT_EQ(faults("lru", 3, kTextbook), 12U);
}
TEST(Opt, TextbookStringHas9Faults) {
  EXPECT_EQ(faults("opt", 3, kTextbook), 9U);
}

TEST(Fifo, BeladysStringFaultsMoreWithMoreFrames) {
  EXPECT_EQ(faults("fifo", 3, kBelady), 9U);
  EXPECT_EQ(faults("fifo", 4, kBelady), 10U);
}

TEST(Lru, BeladysStringFaultsLessWithMoreFrames) {
  EXPECT_EQ(faults("lru", 3, kBelady), 10U);
  EXPECT_EQ(faults("lru", 4, kBelady), 8U);
}

TEST(Opt, BeladysStringFaultsLessWithMoreFrames) {
  EXPECT_EQ(faults("opt", 3, kBelady), 7U);
  EXPECT_EQ(faults("opt", 4, kBelady), 6U);
}

TEST(Fifo, EvictsOldestPage) {
  EXPECT_EQ(faults("fifo", 2, {0, 1, 0, 2, 1}), 3U);  // 2 drove 0 out, although 0 was used last
  EXPECT_EQ(faults("fifo", 2, {0, 1, 0, 2, 0}), 4U);
}

TEST(Lru, EvictsPageUsedLongestAgo) {
  EXPECT_EQ(faults("lru", 2, {0, 1, 0, 2, 0}), 3U);
  EXPECT_EQ(faults("lru", 2, {0, 1, 0, 2, 1}), 4U);
}

TEST(Clock, GivesUsedPageSecondChance) {
  // With 0, 1, 2 in, 3 clears all bits and takes the place of 0; then 1 is used, so 4 passes it and takes
  // that of 2.
  EXPECT_EQ(faults("clock", 3, {0, 1, 2, 3, 1, 4, 1}), 5U);
  EXPECT_EQ(faults("clock", 3, {0, 1, 2, 3, 1, 4, 2}), 6U);
  EXPECT_EQ(faults("fifo", 3, {0, 1, 2, 3, 1, 4, 1}), 6U);
}

TEST(Lfu, EvictsPageUsedLeastOften) {
  EXPECT_EQ(faults("lfu", 2, {0, 0, 1, 2, 0}), 3U);
  EXPECT_EQ(faults("lru", 2, {0, 0, 1, 2, 0}), 4U);
}

TEST(Lfu, EvictsLeastRecentAmongEquals) {
  EXPECT_EQ(faults("lfu", 2, {0, 1, 1, 0, 2, 0}), 3U);
  EXPECT_EQ(faults("lfu", 2, {0, 1, 1, 0, 2, 1}), 4U);
}

TEST(Lfu, ForgetsCountOfPageThatLeft) {
  // 0 was used three times before 2 drove it out; it is back with a count of 1, so 3 drives it out and not 1.
  EXPECT_EQ(faults("lfu", 2, {0, 0, 0, 1, 1, 1, 1, 2, 0, 3, 1}), 5U);
}

TEST(Random, SameSeedSameRunOtherSeedOtherRun) {
  const Trace trace = random_trace(5, 5'000, 64);
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    MachineConfig config = machine(16, 4);
    config.seed = seed;
    const Statistics first = counts("random", config, trace);
    EXPECT_EQ(first, counts("random", config, trace));
    seen.insert(first.page_faults);
  }
  EXPECT_GT(seen.size(), 1U);
}

TEST(Random, EveryFrameIsSometimesTheVictim) {
  Trace trace(2'000);
  std::iota(trace.begin(), trace.end(), 0U);  // a new page each time: every access evicts
  MachineConfig config = machine(8, 0);
  config.geometry.page_bits = 11;
  const auto mmu = find_policy("random")->make_mmu(config, trace);
  std::vector<int> taken(8);
  for (TraceIndex now = 0; now < trace.size(); ++now) ++taken[mmu->translate(trace[now], now).frame];
  for (const int times : taken) EXPECT_GT(times, 150);  // 250 on average
}

// Belady by trying every choice: the least number of faults from `at` on, with those pages in memory.
std::size_t least_faults(const Trace& trace, std::size_t frames, std::size_t at,
                         const std::set<PageNumber>& memory) {
  while (at < trace.size() && memory.contains(trace[at])) ++at;
  if (at == trace.size()) return 0;
  if (memory.size() < frames) {
    std::set<PageNumber> grown = memory;
    grown.insert(trace[at]);
    return 1 + least_faults(trace, frames, at + 1, grown);
  }
  std::size_t least = trace.size();
  for (const PageNumber victim : memory) {
    std::set<PageNumber> changed = memory;
    changed.erase(victim);
    changed.insert(trace[at]);
    least = std::min(least, 1 + least_faults(trace, frames, at + 1, changed));
  }
  return least;
}

TEST(Opt, NoChoiceOfVictimsFaultsLess) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Trace trace = random_trace(seed, 14, 6);
    for (std::size_t frames = 1; frames <= 3; ++frames) {
      EXPECT_EQ(faults("opt", frames, trace), least_faults(trace, frames, 0, {})) << "seed " << seed;
    }
  }
}

TEST(Opt, NoPolicyFaultsLess) {
  const Trace trace = random_trace(11, 20'000, 200);
  for (const std::size_t frames : {1U, 2U, 7U, 50U, 150U}) {
    for (const PolicyEntry& policy : policies()) {
      EXPECT_LE(faults("opt", frames, trace), faults(policy.name, frames, trace))
          << policy.name << " " << frames;
    }
  }
}

// Whether each access faults.
std::vector<bool> fault_places(std::string_view policy, std::size_t frames, const Trace& trace) {
  const auto mmu = find_policy(policy)->make_mmu(machine(frames, 4), trace);
  std::vector<bool> places;
  for (TraceIndex now = 0; now < trace.size(); ++now)
    places.push_back(mmu->translate(trace[now], now).page_fault);
  return places;
}

TEST(StackPolicies, WhatMoreFramesMissFewerMissToo) {
  for (const std::string_view policy : {"lru", "opt"}) {
    const Trace trace = random_trace(21, 4'000, 60);
    std::vector<bool> fewer = fault_places(policy, 1, trace);
    for (std::size_t frames = 2; frames <= 60; ++frames) {
      std::vector<bool> more = fault_places(policy, frames, trace);
      for (std::size_t i = 0; i < trace.size(); ++i) {
        ASSERT_TRUE(!more[i] || fewer[i]) << policy << ", " << frames << " frames, access " << i;
      }
      fewer = std::move(more);
    }
  }
}

class EveryPolicy : public testing::TestWithParam<std::string> {};

TEST_P(EveryPolicy, FaultsOncePerPageWhenAllPagesFit) {
  const Trace trace = random_trace(1, 5'000, 100);
  const std::size_t distinct = std::set<PageNumber>(trace.begin(), trace.end()).size();
  EXPECT_EQ(faults(GetParam(), distinct, trace), distinct);
  EXPECT_EQ(faults(GetParam(), 100'000, trace), distinct);
}

TEST_P(EveryPolicy, OneFrameFaultsAtEveryChangeOfPage) {
  const Trace trace = random_trace(2, 3'000, 5);
  std::uint64_t changes = 1;
  for (std::size_t i = 1; i < trace.size(); ++i) changes += trace[i] != trace[i - 1] ? 1 : 0;
  EXPECT_EQ(faults(GetParam(), 1, trace), changes);
}

TEST_P(EveryPolicy, RenamingPagesChangesNothing) {
  const Trace trace = random_trace(3, 5'000, 256);
  Trace renamed = trace;
  for (PageNumber& page : renamed) page = (page * 77 + 13) % 256;  // 77 is odd: a permutation
  EXPECT_EQ(counts(GetParam(), machine(40, 8), trace), counts(GetParam(), machine(40, 8), renamed));
}

TEST_P(EveryPolicy, EmptyTraceCountsNothing) {
  EXPECT_EQ(counts(GetParam(), machine(4, 4), {}), Statistics{});
}

INSTANTIATE_TEST_SUITE_P(All, EveryPolicy, testing::Values("fifo", "lru", "clock", "lfu", "opt", "random"),
                         [](const auto& test) { return test.param; });

TEST(Policies, AreFoundWhateverTheirCase) {
  ASSERT_NE(find_policy("LrU"), nullptr);
  EXPECT_EQ(find_policy("LrU")->name, "lru");
  EXPECT_EQ(find_policy("lru "), nullptr);
  EXPECT_EQ(find_policy(""), nullptr);
  EXPECT_EQ(policies().size(), 6U);
}

TEST(Simulate, RefusesWhatItCannotRun) {
  const auto refused = [](std::string_view policy, const MachineConfig& config, const Trace& trace) {
    const auto result = simulate(policy, config, trace);
    return !result && result.error().kind == ErrorKind::bad_input && !result.error().message.empty();
  };
  EXPECT_TRUE(refused("mru", machine(4, 4), {1}));
  EXPECT_TRUE(refused("lru", machine(0, 4), {1}));
  EXPECT_TRUE(refused("lru", machine(kMaxFrames + 1, 4), {1}));
  EXPECT_TRUE(refused("lru", machine(4, kMaxTlbEntries + 1), {1}));
  EXPECT_TRUE(refused("lru", machine(4, 4), {1, 256, 2}));
  MachineConfig wide = machine(4, 4);
  wide.geometry.page_bits = 25;
  EXPECT_TRUE(refused("lru", wide, {1}));
  EXPECT_FALSE(refused("lru", machine(4, 4), {1, 255, 2}));
}

}  // namespace
}  // namespace vmsim::tests
