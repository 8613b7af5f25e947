// The paging oracle against figures that are known from elsewhere: the course's table, the published
// translations, textbook reference strings, and traces that were worked out by hand.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <harness/base/hash.hpp>

#include <harness/tests/unit/oracle/fixtures.hpp>

namespace memgrade::oracle {
namespace {

using testing::HasSubstr;

std::string printed_translations(const Json& facts) {
  const Json& table = facts["translations"];
  std::string text;
  for (std::size_t i = 0; i < table["rows"].get<std::size_t>(); ++i)
    text +=
        fmt::format("Virtual address: {} Physical address: {} Value: {}\n", table["virtual"][i].get<int>(),
                    table["physical"][i].get<int>(), table["value"][i].get<int>());
  return text;
}

std::string explain(const Json& params, const Files& files, std::size_t step) {
  return find_oracle("paging")->explain(params, files, step);
}

std::string diagnostic(const Json& params, const Files& files) {
  const Result<Json> facts = find_oracle("paging")->truth(params, files);
  if (facts) return "no complaint";
  EXPECT_EQ(facts.error().kind, ErrorKind::case_file);
  return facts.error().text();
}

Files trace_only(const std::string& trace) {
  Files files = book();
  files["addresses.txt"] = trace;
  return files;
}

TEST(PagingBook, TableOfTheCourse) {
  struct Row {
    std::uint64_t frames;
    const char* policy;
    int page_faults, tlb_hits;
    double page_fault_rate, tlb_hit_rate;
  };
  const Row rows[] = {{256, "fifo", 244, 54, 0.244, 0.054},
                      {256, "lru", 244, 55, 0.244, 0.055},
                      {128, "fifo", 538, 54, 0.538, 0.054},
                      {128, "lru", 539, 55, 0.539, 0.055}};
  const Files files = book();
  for (const Row& row : rows) {
    SCOPED_TRACE(fmt::format("{} frames, {}", row.frames, row.policy));
    const Json facts = truth(paging(row.frames, row.policy), files);
    EXPECT_EQ(facts["addresses"], 1000);
    EXPECT_EQ(facts["page_faults"], row.page_faults);
    EXPECT_EQ(facts["tlb_hits"], row.tlb_hits);
    EXPECT_DOUBLE_EQ(facts["page_fault_rate"].get<double>(), row.page_fault_rate);
    EXPECT_DOUBLE_EQ(facts["tlb_hit_rate"].get<double>(), row.tlb_hit_rate);
    EXPECT_EQ(facts["accepted"]["page_faults"], Json::array({row.page_faults}));
    EXPECT_EQ(facts["accepted"]["tlb_hits"], Json::array({row.tlb_hits}));
    EXPECT_EQ(facts["unambiguous"], true);
  }
}

TEST(PagingBook, TranslationsKeepTheirDigest) {
  EXPECT_EQ(digest(printed_translations(truth(paging(256, "fifo"), book()))),
            "504f95d3d1c253ff8dbfa2356a677e6a");
}

TEST(PagingBook, TranslationsAreThePublishedOnes) {
  const auto theirs = published("correct.txt");
  if (!theirs) GTEST_SKIP() << "MEMGRADE_DATASET names no directory with the published correct.txt";
  EXPECT_EQ(printed_translations(truth(paging(256, "fifo"), book())), *theirs);
}

TEST(PagingFacts, EveryNamedFactIsThere) {
  const Json facts = truth(paging(128, "fifo"), book());
  for (const std::string& name : find_oracle("paging")->facts) {
    std::string pointer = "/" + name;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    EXPECT_TRUE(facts.contains(Json::json_pointer(pointer))) << name;
  }
}

TEST(PagingFacts, EmptyTraceHasRatesOfZero) {
  const Json facts = truth(paging(128, "lru"), trace_only("\n  \r\n"));
  EXPECT_EQ(facts["addresses"], 0);
  EXPECT_EQ(facts["page_fault_rate"], 0.0);
  EXPECT_EQ(facts["tlb_hit_rate"], 0.0);
  EXPECT_EQ(facts["translations"]["rows"], 0);
  EXPECT_EQ(facts["translations"]["value"], Json::array());
}

TEST(PagingFacts, ShortStoreHasNoValueBeyondItsEnd) {
  Files files = trace_only("7\n8\n255\n512\n3\n");
  files["store.bin"] = std::string("\x01\x7f\x80\xff\x00\x05\x06\x07", 8);
  const Json facts = truth(paging(256, "fifo"), files);
  EXPECT_EQ(facts["translations"]["value"], Json::array({7, nullptr, nullptr, nullptr, -1}));
  EXPECT_EQ(facts["translations"]["physical"], Json::array({7, 8, 255, 256, 3}));
}

TEST(PagingFacts, MistakesInParametersAreNamed) {
  const Files files = book();
  Json params = paging(128, "fifo");
  params["frames"] = 0;
  EXPECT_THAT(diagnostic(params, files), HasSubstr("'frames'"));
  params["frames"] = "128";
  EXPECT_THAT(diagnostic(params, files), HasSubstr("'frames'"));
  params = paging(128, "clock");
  EXPECT_THAT(diagnostic(params, files), HasSubstr("fifo, lru"));
  params = paging(128, "fifo");
  params["page_bytes"] = 100;
  EXPECT_THAT(diagnostic(params, files), HasSubstr("power of two"));
  params = paging(128, "fifo");
  params["trace"] = "elsewhere.txt";
  EXPECT_THAT(diagnostic(params, files), HasSubstr("elsewhere.txt"));
  params.erase("trace");
  EXPECT_THAT(diagnostic(params, files), HasSubstr("'trace'"));
}

TEST(PagingFacts, LineThatIsNoIntegerIsNamed) {
  EXPECT_THAT(diagnostic(paging(128, "fifo"), trace_only("1\n\n12x\n")), HasSubstr("addresses.txt:3"));
  EXPECT_THAT(diagnostic(paging(128, "fifo"), trace_only("1 2\n")), HasSubstr("addresses.txt:1"));
  EXPECT_THAT(diagnostic(paging(128, "fifo"), trace_only("-\n")), HasSubstr("addresses.txt:1"));
}

TEST(PagingExplain, SaysWhatHappensAtEachStep) {
  // Two frames; pages 66, 12, 66, 7.
  const Files files = trace_only("16916\n3075\r\n\n16917\n1793\n");
  const Json fifo = paging(2, "fifo"), lru = paging(2, "lru");
  EXPECT_EQ(explain(fifo, files, 0),
            "access 1, address 16916 (page 66, offset 20): not in the TLB, page fault, page 66 is loaded "
            "into the free "
            "frame 0; value 0");
  EXPECT_EQ(explain(fifo, files, 2),
            "access 3, address 16917 (page 66, offset 21): in the TLB, frame 0; value 0");
  EXPECT_EQ(explain(fifo, files, 3),
            "access 4, address 1793 (page 7, offset 1): not in the TLB, page fault, page 7 is loaded into "
            "the frame of "
            "page 66 (the oldest), whose TLB entry must not be used again; value 0");
  EXPECT_THAT(explain(lru, files, 3),
              HasSubstr("the frame of page 12 (the least recently used), whose TLB entry"));
  EXPECT_EQ(explain(fifo, files, 4), "the trace has only 4 addresses");
  EXPECT_THAT(explain(fifo, trace_only("x"), 0), HasSubstr("addresses.txt:1"));
}

TEST(PagingExplain, KnowsPagesThatTheTlbLostAndBytesThatAreNotThere) {
  Files files = trace_only("0\n256\n1\n");
  files["store.bin"] = "";
  Json params = paging(2, "fifo");
  params["tlb_entries"] = 1;
  EXPECT_EQ(explain(params, files, 2),
            "access 3, address 1 (page 0, offset 1): not in the TLB, no page fault: page 0 is in frame 0; no "
            "value, the "
            "byte is beyond the end of the backing store");
}

TEST(Trace, OnlyTheLowBitsCount) {
  const AddressSpace space;
  const auto addresses =
      parse_trace("65536\n  65537\t\r\n\r\n-1\n+5\n99999999999999999999999999\n-0\n007", "t", space);
  ASSERT_TRUE(addresses) << addresses.error().text();
  // 99999999999999999999999999 = 10^26 - 1, and 10^26 is a multiple of 2^26.
  EXPECT_EQ(*addresses, (std::vector<std::uint64_t>{0, 1, 65535, 5, 65535, 0, 7}));
}

}  // namespace
}  // namespace memgrade::oracle
