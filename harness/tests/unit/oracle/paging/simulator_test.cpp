// The paged machine: reference strings of the textbooks, laws that hold for every trace, and what the fate of
// a stale TLB entry changes.
#include <gmock/gmock.h>

#include <harness/base/random.hpp>
#include <harness/oracle/paging/simulator.hpp>
#include <set>

#include <harness/tests/unit/oracle/fixtures.hpp>

namespace memgrade::oracle {
namespace {

using Pages = std::vector<std::uint64_t>;

Machine machine(Policy policy, std::uint64_t frames, std::uint64_t tlb_entries = 16) {
  return {.space = {}, .frames = frames, .tlb_entries = tlb_entries, .policy = policy};
}

std::uint64_t faults(Policy policy, std::uint64_t frames, const Pages& pages) {
  return simulate(machine(policy, frames), at_pages(pages)).page_faults;
}

std::set<std::uint64_t> hits_of_all_ways(const Machine& m, const Pages& pages) {
  std::set<std::uint64_t> hits;
  for (const StaleEntry recipe : stale_entry_ways())
    hits.insert(simulate(m, at_pages(pages), recipe).tlb_hits);
  return hits;
}

Pages random_pages(std::uint64_t seed, std::size_t count, std::uint64_t pages) {
  SplitMix64 random(seed);
  Pages list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(random.below(pages));
  return list;
}

TEST(Textbook, ReferenceStringOfTheBook) {
  const Pages string{7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1};
  EXPECT_EQ(faults(Policy::fifo, 3, string), 15U);
  EXPECT_EQ(faults(Policy::lru, 3, string), 12U);
}

TEST(Textbook, BeladysAnomalyIsThereWithFifo) {
  const Pages string{1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5};
  EXPECT_EQ(faults(Policy::fifo, 3, string), 9U);
  EXPECT_EQ(faults(Policy::fifo, 4, string), 10U);
  EXPECT_EQ(faults(Policy::lru, 3, string), 10U);
  EXPECT_EQ(faults(Policy::lru, 4, string), 8U);
}

TEST(Textbook, CyclicScanDefeatsBothPolicies) {
  Pages scan;
  for (std::uint64_t i = 0; i < 50; ++i) scan.push_back(i % 5);
  EXPECT_EQ(faults(Policy::fifo, 4, scan), 50U);
  EXPECT_EQ(faults(Policy::lru, 4, scan), 50U);
  EXPECT_EQ(faults(Policy::lru, 5, scan), 5U);
}

TEST(Simulate, FramesAreHandedOutInOrderAndReusedInPlace) {
  const Simulation s = simulate(machine(Policy::fifo, 2), at_pages({9, 4, 9, 7, 4, 9}));
  std::vector<std::uint64_t> frames;
  for (const Access& access : s.accesses) frames.push_back(access.frame);
  EXPECT_EQ(frames, (std::vector<std::uint64_t>{0, 1, 0, 0, 1, 1}));
  EXPECT_EQ(s.accesses[3].evicted_page, 9U);
  EXPECT_TRUE(s.accesses[3].evicted_stood_in_tlb);
  EXPECT_EQ(s.accesses[5].evicted_page, 4U);
}

TEST(Simulate, TlbPoliciesDiffer) {
  // Two entries. FIFO: 3 pushes out 1 although 1 was just used; LRU: it pushes out 2.
  const Pages pages{1, 2, 1, 3, 1};
  EXPECT_EQ(simulate(machine(Policy::fifo, 256, 2), at_pages(pages)).tlb_hits, 1U);
  EXPECT_EQ(simulate(machine(Policy::lru, 256, 2), at_pages(pages)).tlb_hits, 2U);
}

TEST(Simulate, TlbHitIsAUseOfThePageInMemory) {
  // With two frames, 0 is used by a TLB hit before 2 comes, so 1 must go and 0 is still there.
  const Simulation s = simulate(machine(Policy::lru, 2), at_pages({0, 1, 0, 2, 0}));
  EXPECT_EQ(s.accesses[3].evicted_page, 1U);
  EXPECT_EQ(s.page_faults, 3U);
  EXPECT_EQ(s.tlb_hits, 2U);
}

TEST(Simulate, TlbNeverHoldsAPageThatIsNotInMemory) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    for (const Policy policy : {Policy::fifo, Policy::lru})
      for (const StaleEntry recipe : stale_entry_ways()) {
        const Simulation s = simulate(machine(policy, 6, 4), at_pages(random_pages(seed, 400, 12)), recipe);
        std::map<std::uint64_t, std::uint64_t> page_in;  // frame -> page, from the loads alone
        for (const Access& access : s.accesses) {
          if (access.page_fault) page_in[access.frame] = access.page;
          ASSERT_EQ(page_in.at(access.frame), access.page);
        }
      }
}

TEST(Laws, MoreFramesNeverFaultMoreWithLru) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Pages pages = random_pages(seed, 500, 40);
    std::uint64_t before = 501;
    for (std::uint64_t frames = 1; frames <= 41; ++frames) {
      const std::uint64_t now = faults(Policy::lru, frames, pages);
      ASSERT_LE(now, before) << "seed " << seed << ", frames " << frames;
      before = now;
    }
    EXPECT_EQ(before, std::set<std::uint64_t>(pages.begin(), pages.end()).size());
  }
}

TEST(Laws, RenamingPagesChangesNoStatistic) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Files files{{"store.bin", ""},
                {"addresses.txt", make("addresses", {{"seed", seed}, {"count", 600}, {"locality", 0.5}})}};
    const std::string renamed = make("rename_pages", {{"of", "addresses.txt"}, {"seed", seed}}, files);
    ASSERT_NE(renamed, files["addresses.txt"]);
    for (const char* policy : {"fifo", "lru"}) {
      const Json before = truth(paging(64, policy), files);
      const Json after = truth(paging(64, policy), {{"store.bin", ""}, {"addresses.txt", renamed}});
      for (const char* fact : {"page_faults", "tlb_hits", "accepted", "unambiguous"})
        EXPECT_EQ(before[fact], after[fact]) << fact << ", seed " << seed;
      EXPECT_EQ(before["translations"]["physical"], after["translations"]["physical"]);
    }
  }
}

TEST(Ambiguity, EachWayKeepsWhatItsPictureSays) {
  // Six frames, TLB of four: 0…5 leave 2 3 4 5 in the TLB; 0 and 1 come back, so that the queue is 4 5 0 1.
  // Page 6 evicts page 0 from memory: a stale entry that is the third of four.
  const Pages prefix{0, 1, 2, 3, 4, 5, 0, 1, 6};
  const auto held = [&](StaleEntry recipe, std::uint64_t page) {
    Pages pages = prefix;
    pages.push_back(page);
    return simulate(machine(Policy::fifo, 6, 4), at_pages(pages), recipe).accesses.back().tlb_hit;
  };
  for (const StaleEntry recipe : stale_entry_ways()) {
    const bool oldest_stays = recipe == StaleEntry::close_up || recipe == StaleEntry::take_place;
    EXPECT_EQ(held(recipe, 4), oldest_stays) << static_cast<int>(recipe);
    EXPECT_TRUE(held(recipe, 5));
    EXPECT_FALSE(held(recipe, 0));
    EXPECT_TRUE(held(recipe, 1));
    EXPECT_TRUE(held(recipe, 6));
  }
}

TEST(Ambiguity, LruHasNoneWhateverTheSizes) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    for (const std::uint64_t frames : {3U, 6U, 8U, 9U, 15U})
      for (const std::uint64_t entries : {1U, 3U, 8U, 12U})
        ASSERT_EQ(hits_of_all_ways(machine(Policy::lru, frames, entries), random_pages(seed, 400, 16)).size(),
                  1U)
            << "seed " << seed << ", frames " << frames << ", entries " << entries;
}

TEST(Ambiguity, PageFaultsAndAddressesHaveNoneWithFifo) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<std::uint64_t> trace = at_pages(random_pages(seed, 400, 16));
    const Simulation first = simulate(machine(Policy::fifo, 9, 5), trace);
    for (const StaleEntry recipe : stale_entry_ways()) {
      const Simulation other = simulate(machine(Policy::fifo, 9, 5), trace, recipe);
      ASSERT_EQ(first.page_faults, other.page_faults);
      for (std::size_t i = 0; i < trace.size(); ++i)
        ASSERT_EQ(first.accesses[i].frame, other.accesses[i].frame);
    }
  }
}

TEST(Ambiguity, NoneWhenEveryPageHasAFrame) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(hits_of_all_ways(machine(Policy::fifo, 16, 5), random_pages(seed, 400, 16)).size(), 1U);
}

TEST(Ambiguity, EveryWayDiffersFromEveryOtherSomewhere) {
  std::set<std::vector<std::uint64_t>> answers;
  for (const StaleEntry recipe : stale_entry_ways()) {
    std::vector<std::uint64_t> hits;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
      hits.push_back(
          simulate(machine(Policy::fifo, 9, 5), at_pages(random_pages(seed, 400, 16)), recipe).tlb_hits);
    answers.insert(hits);
  }
  EXPECT_EQ(answers.size(), stale_entry_ways().size());
}

TEST(Ambiguity, TruthListsWhatMayBeAccepted) {
  // As in EachWayKeepsWhatItsPictureSays; the last access hits only where the oldest entry stayed.
  Json params = paging(6, "fifo");
  params["tlb_entries"] = 4;
  std::string trace;
  for (const std::uint64_t page : {0, 1, 2, 3, 4, 5, 0, 1, 6, 4}) trace += std::to_string(page * 256) + "\n";
  const Json facts = truth(params, {{"store.bin", ""}, {"addresses.txt", trace}});
  EXPECT_EQ(facts["unambiguous"], false);
  EXPECT_EQ(facts["accepted"]["tlb_hits"], Json::array({0, 1}));
  EXPECT_EQ(facts["accepted"]["page_faults"], Json::array({7}));
  EXPECT_EQ(facts["tlb_hits"], 1);
}

}  // namespace
}  // namespace memgrade::oracle
