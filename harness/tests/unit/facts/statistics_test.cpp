#include <fmt/format.h>
#include <gmock/gmock.h>
#include <harness/facts/facts.hpp>

namespace memgrade::facts {
namespace {

const std::vector<FactSpec> kStatisticSpecs = {
    {"page_faults",
     {{"statistic",
       {{"of", "addresses"},
        {"words", {R"((?i)page[-_ ]*(?:faults?|miss(?:es)?)|缺页)", R"((?i)\bfaults?\b)"}}}}}},
    {"tlb_hits",
     {{"statistic",
       {{"of", "addresses"},
        {"words", {R"((?i)tlb[-_ ]*hits?|(?:tlb|快表).{0,12}命中)", R"((?i)\bhits?\b)"}}}}}}};
const Json kTruth = {{"addresses", 1000}};

struct Read {
  Json faults, hits;
};
Read read(const std::string& out) {
  RunRecord run;
  run.name = "book";
  run.out.bytes = out;
  const Json facts = facts_of_run(kStatisticSpecs, run, kTruth);
  return {facts["page_faults"], facts["tlb_hits"]};
}

// 244 faults and 54 hits, as counts or as rates that stand for them.
bool right(const std::string& out) {
  const Read both = read(out);
  const auto fits = [](const Json& value, int count) { return value == count || stands_for(value, count); };
  return fits(both.faults, 244) && fits(both.hits, 54);
}

TEST(Statistics, CountsInAnySpelling) {
  for (const char* out :
       {"Page Faults = 244\nPage Fault Rate = 0.244\nTLB Hits = 54\nTLB Hit Rate = 0.054\n",
        "tlbhits: 54, pagefaults: 244\n", "54 TLB hits, 244 page faults\n", "TLB: 54 hits\nFaults: 244\n",
        "Page Faults = 244 / 1000, 0.244\nTLB Hits = 54 / 1000, 0.054\n",
        "Page faults: 24.4% (244)\nTLB hits: 5.4% (54)\n", "缺页次数：244\nTLB命中次数：54\n",
        "Page Faults (256 frames) = 244\nTLB hits (16 entries) = 54\n",
        "TLB hit: 54 TLB miss: 946 page fault: 244\n", "page_faults,244\ntlb_hits,54\n",
        "there were 244 page faults and 54 TLB hits.\n", "1000 addresses, page faults 244, tlb hits 54\n",
        "Page Faults = 244.000000\nTLB Hits = 54.00\n", "244/1000 page faults\n54/1000 TLB hits\n"})
    EXPECT_TRUE(right(out)) << out << read(out).faults << read(out).hits;
}

// A count is what was printed, with its sign; a right rate beside it does not take its place.
TEST(Statistics, ASignBelongsToItsNumber) {
  for (const char* out :
       {"Page Faults = -244\nPage Fault Rate = 0.244\nTLB Hits = 54\nTLB Hit Rate = 0.054\n",
        "Page Faults = -244 (24.4%)\nTLB Hits = 54\n", "Page Faults = -244 / 1000 = 0.244\nTLB Hits = 54\n",
        "Page Faults = 244 Page Fault Rate = -0.244\nPage Faults = -244\nTLB Hits = 54\n",
        "Page Faults=-244 TLB Hits=54\n", "Page faults: 24.4% (-244), TLB Hits = 54\n",
        "-244 page faults\nPage fault rate 0.244\nTLB hits: 54\n",
        "Page Fault Rate = 0.244\nTLB Hits = 54\n\n\n\n\n\n\n\n\n\n\n\n\nPage Faults = -244\n"})
    EXPECT_FALSE(right(out)) << out << read(out).faults << read(out).hits;
  for (const char* out : {"Page Faults - 244\nTLB Hits - 54\n", "Page Faults -> 244\nTLB Hits -> 54\n",
                          "- page faults: 244\n- TLB hits: 54\n", "page faults:--- 244\nTLB hits:--- 54\n",
                          "Page Faults = +244\nTLB Hits = +54\n", "page-faults-244, TLB-hits-54\n"})
    EXPECT_TRUE(right(out)) << out << read(out).faults << read(out).hits;
}

TEST(Statistics, ARunningTotalIsOneInEitherDirection) {
  for (const int step : {1, -1}) {
    std::string out;
    for (int i = 1; i <= 244; ++i) out += fmt::format("Page Faults = {}\n", step * i);
    out += "Page Fault Rate = 0.244\nTLB Hits = 54\n";
    EXPECT_EQ(read(out).faults, step * 244);
  }
}

TEST(Statistics, RatesInAnySpelling) {
  for (const char* out :
       {"Page-fault rate: 24.40%, TLB hit rate: 5.40%\n",
        "TLB hit rate is 5.4000%, Page-fault rate is 24.4000%.\n",
        "Page miss rate 0.244000 , TLB hit rate 0.054000\n",
        "Page Faults Rate = 24.4%\nTLB Hits Rate = 5.4%\n",
        "Rate of page faults : .244\nRate of TLB hits : .054\n", "缺页率：24.4%\n快表命中率：5.4％\n",
        "page fault rate (%): 24.40\ntlb hit rate (%): 5.40\n",
        "Page Fault Rate = 2.44e-01\nTLB Hit Rate = 5.400e-02\n", "24.4% page faults\n5.4% TLB hits\n"})
    EXPECT_TRUE(right(out)) << out << read(out).faults << read(out).hits;
}

TEST(Statistics, NumbersAreWhatTheyAre) {
  EXPECT_EQ(read("Page Faults = -244\n").faults, -244);
  EXPECT_EQ(read("Page Faults - 244\n").faults, 244);
  EXPECT_EQ(read("Page Faults = 1,244\n").faults, 1244);
  EXPECT_EQ(read("Page Faults = 244.\n").faults, 244);
  EXPECT_EQ(read("TLB Hits = 0.000000\n").hits["count"], 0.0);
  EXPECT_TRUE(read("no numbers: page faults\n").faults.is_null());
}

TEST(Statistics, ARateIsComparedToItsPrecision) {
  const Json rate = read("Page fault rate: 24.4%\n").faults;
  EXPECT_TRUE(stands_for(rate, 244));
  EXPECT_FALSE(stands_for(rate, 243));
  EXPECT_FALSE(stands_for(rate, 245));
  EXPECT_EQ(rate["rate"], "24.4%");
  EXPECT_FALSE(stands_for(read("Page fault rate: 24.43%\n").faults, 244));
  EXPECT_FALSE(stands_for(read("Page fault rate: 0.244%\n").faults, 244));
}

TEST(Statistics, ACoarseRateIsNotShown) {
  for (const char* out : {"Page fault rate: 0.2\n", "Page fault rate = 0.24\n", "Page fault rate: 24%\n"}) {
    EXPECT_FALSE(is_shown(read(out).faults)) << out;
    EXPECT_FALSE(stands_for(read(out).faults, 244)) << out;
  }
  // C++ streams leave out zeros at the end: the other rate tells how fine they are.
  EXPECT_TRUE(stands_for(read("Page Fault Rate = 0.54\nTLB Hit Rate = 0.055\n").faults, 540));
}

TEST(Statistics, EveryNumberThereIsIsNotTheRightOne) {
  // The last one counts, whatever is true.
  EXPECT_EQ(read("Page Faults = 244\nPage Faults = 538\nPage Faults = 539\n").faults, 539);
  EXPECT_EQ(read("Page Faults = 1 244 538\n").faults, 1);
}

TEST(Statistics, LinesOfEachAccessAreNone) {
  std::string out;
  for (int i = 0; i < 40; ++i) out += "Page fault: page " + std::to_string(i * 37 % 50) + "\n";
  EXPECT_TRUE(read(out).faults.is_null());
  out.clear();
  for (int i = 0; i < 40; ++i) out += "Page fault! rate so far 0." + std::to_string(i * 37 % 50) + "\n";
  EXPECT_EQ(read(out + "Page Faults = 244\n").faults, 244);
  out.clear();
  for (int i = 1; i <= 244; ++i) out += "page faults so far: " + std::to_string(i) + "\n";
  EXPECT_EQ(read(out).faults, 244);
}

TEST(Statistics, FilesAreLookedAtWhereTheCaseSaysSo) {
  std::vector<FactSpec> specs = kStatisticSpecs;
  for (FactSpec& spec : specs) spec.definition["from"] = {"stdout", "files"};
  RunRecord run;
  run.name = "book";
  run.files["correct.txt"].bytes = "Page Faults = 244\n";
  EXPECT_EQ(facts_of_run(specs, run, kTruth)["page_faults"], 244);
}

}  // namespace
}  // namespace memgrade::facts
