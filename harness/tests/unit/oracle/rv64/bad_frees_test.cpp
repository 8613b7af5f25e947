// Bad frees are judged by what they change: the same calls with and without them.
#include <gmock/gmock.h>

#include <harness/oracle/rv64/bad_frees.hpp>
#include <harness/tests/unit/oracle/rv64/kernel_console.hpp>

namespace memgrade::oracle {
namespace {

// `told` with the bad free; `other` is what the last call gives without it.
BadFreeJudgement judged_against(const Told& told, const std::string& other) {
  const CallSequence sequence = calls_of(Phase::early, told), fewer = without_bad_frees(sequence);
  Told without = told;
  for (const std::size_t bad : bad_frees_of(sequence)) without[bad].second = "0";
  without.back().second = other;
  return judge_bad_frees(sequence, traced(sequence, told), traced(fewer, without));
}

struct BadOne {
  std::string rule;
  Told told;
  std::string other;
};

std::vector<BadOne> offenders() {
  const std::pair<std::string, std::string> two{"p0 = alloc_pages(2)", "80300000 z0"};
  return {
      {"buddy.double-free",
       {two, {"free_pages(p0)", "80300000 v0"}, {"free_pages(p0)", "80300000 u"}, {"p3 = alloc_page()", "0"}},
       "80300000 z0"},
      {"buddy.free-inside",
       {two, {"free_pages(p0 + 0x1000)", "80301000"}, {"p2 = alloc_page()", "80301000 z512@0"}},
       "80302000 z0"},
      {"buddy.free-misaligned",
       {two, {"free_pages(p0 + 0x8)", "80300008"}, {"p2 = alloc_page()", "80300000 z512@0"}},
       "80302000 z0"},
      {"buddy.free-unallocated",
       {two, {"free_pages(start + 0x5000)", "80305000"}, {"p2 = alloc_page()", "0"}},
       "80302000 z0"},
      {"buddy.free-outside", {two, {"free_pages(start - 0x1000)", "802ff000 !fault call 5 1 2 3"}}, "0"},
      {"kmalloc.bad-free",
       {{"p0 = kmalloc(64)", "80300000 s3"},
        {"kfree(p0)", "80300000 v0"},
        {"kfree(p0)", "80300000 u"},
        {"p3 = kmalloc(64)", "80300000 s3"},
        {"p4 = kmalloc(64)", "80300000 s3"}},
       "80300040 s3"},
  };
}

TEST(BadFrees, AreBlamedForWhatTheyChange) {
  for (const BadOne& one : offenders()) {
    const BadFreeJudgement judgement = judged_against(one.told, one.other);
    ASSERT_TRUE(judgement.violation) << one.rule;
    EXPECT_EQ(judgement.violation->rule, one.rule);
    EXPECT_EQ(judgement.violation->op, one.told.size() - 1) << one.rule;
    EXPECT_EQ(judgement.made, 1U) << one.rule;
  }
}

TEST(BadFrees, AreNotBlamedForWhatIsWrongWithoutThem) {
  for (const BadOne& one : offenders()) {
    if (one.rule == "buddy.free-outside") continue;
    const BadFreeJudgement judgement = judged_against(one.told, one.told.back().second);
    EXPECT_FALSE(judgement.violation) << one.rule;
    EXPECT_EQ(judgement.made, 1U) << one.rule;
  }
}

TEST(BadFrees, ABlockThatWasRefusedCannotBeFreed) {
  const BadFreeJudgement judgement = judged_against(
      {{"p0 = alloc_page()", "0"}, {"free_pages(p0 + 0x1000)", "1000"}, {"p2 = alloc_page()", "0"}}, "0");
  EXPECT_EQ(judgement.made, 0U);
  EXPECT_FALSE(judgement.frees_work);
}

TEST(BadFrees, WhatComesAgainShowsThatFreesWork) {
  EXPECT_TRUE(judged_against({{"p0 = alloc_page()", "80300000 z0"},
                              {"free_pages(p0)", "80300000 v0"},
                              {"free_pages(p0)", "80300000 u"},
                              {"p3 = alloc_page()", "80300000 z0"}},
                             "80300000 z0")
                  .frees_work);
}

TEST(BadFrees, AnAddressThatIsInUseIsAFreeLikeAnyOther) {
  EXPECT_EQ(judged_against({{"p0 = alloc_page()", "81200000 z0"},
                            {"free_pages(start + 0xf00000)", "81200000"},
                            {"p2 = alloc_page()", "81200000 z0"}},
                           "81201000 z0")
                .made,
            0U);
}

}  // namespace
}  // namespace memgrade::oracle
