// A trace of addresses is cut and simplified as far as its failure stays.
#include <gtest/gtest.h>

#include <algorithm>
#include <harness/base/shrink.hpp>
#include <harness/oracle/paging/trace.hpp>

#include <harness/tests/unit/oracle/fixtures.hpp>

namespace memgrade::oracle {
namespace {

// A program that forgets to take the evicted page out of the TLB, so that the next access to it "hits".
bool stale_entry_translates(const Items& lines, std::uint64_t frames) {
  std::vector<std::uint64_t> tlb, memory;
  for (const std::uint64_t address : parsed(trace_text(lines))) {
    const std::uint64_t page = address / 256;
    const bool resident = std::find(memory.begin(), memory.end(), page) != memory.end();
    if (std::find(tlb.begin(), tlb.end(), page) != tlb.end()) {
      if (!resident) return true;
      continue;
    }
    if (!resident) memory.push_back(page);
    if (memory.size() > frames) memory.erase(memory.begin());
    tlb.push_back(page);
    if (tlb.size() > 16) tlb.erase(tlb.begin());
  }
  return false;
}

TEST(TraceShrink, TraceOfAStaleTlbEntryBecomesAsShortAsItCanBe) {
  const Items trace =
      trace_lines(make("addresses", {{"seed", 7}, {"count", 300}, {"locality", 0.5}, {"working_set", 20}}));
  ASSERT_TRUE(stale_entry_translates(trace, 8));
  const ShrinkQuestions questions = {
      .still_fails = [](const Items& items) -> Result<bool> { return stale_entry_translates(items, 8); },
      .simpler = [](const Items& items, std::size_t index) { return simpler_traces(items, index, {}); }};
  const Shrunk shrunk = shrink(trace, questions, 1000).value();
  EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
  // Nine pages for eight frames, and the first of them again.
  EXPECT_EQ(shrunk.items, (Items{"0", "256", "512", "768", "1024", "1280", "1536", "1792", "2048", "0"}));
}

}  // namespace
}  // namespace memgrade::oracle
