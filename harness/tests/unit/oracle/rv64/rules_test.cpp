// Every rule has a trace that breaks it, and sound traces break none.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include <harness/tests/unit/oracle/rv64/kernel_console.hpp>

namespace memgrade::oracle {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

struct Broken {
  std::string rule;
  Phase phase = Phase::early;
  Told told;
  std::size_t op = 0;  // counted from 0
};

constexpr Phase early = Phase::early, late = Phase::late;
const std::string nothing = "0,0,0,0,0,0,0,0,0,0,0,0,0", all = "0,0,0,0,0,0,0,0,0,0,0,0,1";
// All but the first page, and all but the first two.
const std::string but_one = "1,1,1,1,1,1,1,1,1,1,1,1,0", but_two = "0,1,1,1,1,1,1,1,1,1,1,1,0";
const std::string one_more = "2,1,1,1,1,1,1,1,1,1,1,1,0", refused = "ffffffffffffffff";
const std::string pte0 = "200c40df", pte1 = "200c44df";  // pages 4 and 5 of the memory, RWXUV
const std::string vma_made = "mmap(0x2000, 0x2000, RWUV)", vma_gone = "munmap(0x2000, 0x2000)";

std::vector<Broken> allocator_traces() {
  return {
      {"run.fault", early, {{"p0 = alloc_page()", "!fault call 13 80201000 10 80200500"}}, 0},
      {"run.hang", early, {{"p0 = alloc_page()", "!hang call 80201000 80200500"}}, 0},
      {"buddy.inside",
       early,
       {{"p0 = alloc_page()", "812ff000 z0"}, {"p1 = alloc_page()", "81300000 out"}},
       1},
      {"buddy.alignment", early, {{"p0 = alloc_pages(3)", "80301000 z0"}}, 0},
      {"buddy.overlap",
       early,
       {{"p0 = alloc_pages(3)", "80300000 z0"}, {"p1 = alloc_page()", "80303000 z0"}},
       1},
      {"buddy.overlap", early, {{"p0 = alloc_page()", "80300000 z0"}, {"census()", one_more}}, 1},
      {"buddy.zeroed", early, {{"p0 = alloc_pages(2)", "80300000 z3@4096"}}, 0},
      {"buddy.zeroed-rest", early, {{"p0 = alloc_pages(3)", "80300000 z512@12288"}}, 0},
      {"buddy.damaged",
       early,
       {{"p0 = alloc_page()", "80300000 z0"}, {"free_pages(p0)", "80300000 v8@16"}},
       1},
      {"buddy.damaged", early, {{"p0 = alloc_page()", "80300000 z0"}, {"verify(p0)", "80300000 v8@16"}}, 1},
      {"buddy.refused", early, {{"p0 = alloc_page()", "80300000 z0"}, {"p1 = alloc_page()", "0"}}, 1},
      {"buddy.coalesce",
       early,
       {{"p0 = alloc_page()", "80300000 z0"},
        {"free_pages(p0)", "80300000 v0"},
        {"p2 = alloc_pages(4096)", "0"}},
       2},
      {"buddy.coalesce",
       early,
       {{"p0 = alloc_page()", "80300000 z0"}, {"free_pages(p0)", "80300000 v0"}, {"census()", one_more}},
       2},
      {"buddy.leak",
       early,
       {{"p0 = alloc_page()", "80300000 z0"}, {"free_pages(p0)", "80300000 v0"}, {"census()", but_one}},
       2},
      {"buddy.zero-pages", early, {{"p0 = alloc_pages(0)", "80300000"}}, 0},
      {"buddy.huge-size", early, {{"p0 = alloc_pages(4294967295)", "!hang call 80201000 80200500"}}, 0},
      {"buddy.impossible-size", early, {{"p0 = alloc_pages(4097)", "80300000"}}, 0},
      {"buddy.free-outside", early, {{"free_pages(start - 0x1000)", "802ff000 !fault call 5 1 2 3"}}, 0},
      {"kmalloc.null", early, {{"p0 = kmalloc(0)", "80300000 s0"}}, 0},
      {"kmalloc.free-null", early, {{"kfree(0x0)", "!fault call 13 1 2 3"}}, 0},
      {"kmalloc.too-large", early, {{"p0 = kmalloc(16777217)", "80300000 out"}}, 0},
      {"kmalloc.inside", early, {{"p0 = kmalloc(8)", "802fff00 out"}}, 0},
      {"kmalloc.alignment", early, {{"p0 = kmalloc(9)", "80300008 s1"}}, 0},
      {"kmalloc.alignment", early, {{"p0 = kmalloc(5000)", "80300800 b"}}, 0},
      {"kmalloc.overlap",
       early,
       {{"p0 = kmalloc(64)", "80300000 s3"}, {"p1 = kmalloc(8)", "80300038 s0"}},
       1},
      {"kmalloc.damaged", early, {{"p0 = kmalloc(64)", "80300000 s3"}, {"kfree(p0)", "80300000 v1@63"}}, 1},
      {"kmalloc.cache", early, {{"p0 = kmalloc(64)", "80300000 s4"}}, 0},
      {"kmalloc.cache", early, {{"p0 = kmalloc(2049)", "80300000 f0"}}, 0},
      {"kmalloc.refused", early, {{"p0 = kmalloc(64)", "0"}}, 0},
      {"kmalloc.leak",
       early,
       {{"p0 = kmalloc(64)", "80300000 s3"}, {"kfree(p0)", "80300000 v0"}, {"census()", but_one}},
       2},
  };
}

std::vector<Broken> vma_traces() {
  return {
      {"mmap.result", late, {{vma_made, refused}}, 0},
      {"mmap.areas", late, {{vma_made, "2000"}, {"areas()", "2000-4000:13:0"}}, 1},
      {"mmap.areas", late, {{vma_made, "2000"}, {"areas()", "-"}}, 1},
      {"mmap.lazy", late, {{vma_made, "2000"}, {"ptes(0x2000, 0x2000)", pte0 + "," + pte1}}, 1},
      {"mmap.lazy", late, {{"census()", all}, {vma_made, "2000"}, {"census()", but_two}}, 2},
      {"mmap.refuses-overlap", late, {{vma_made, "2000"}, {"mmap(0x3000, 0x1000, RUV)", "3000"}}, 1},
      {"mmap.refuses-range", late, {{"mmap(0x3001, 0x1000, RUV)", "3001"}}, 0},
      {"munmap.result", late, {{vma_made, "2000"}, {vma_gone, refused}}, 1},
      {"munmap.areas", late, {{vma_made, "2000"}, {vma_gone, "0"}, {"areas()", "2000-4000:17:0"}}, 2},
      {"munmap.refuses", late, {{vma_made, "2000"}, {"munmap(0x2000, 0x1000)", "0"}}, 1},
      {"munmap.pte",
       late,
       {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {vma_gone, "0"}, {"ptes(0x2000, 0x1000)", pte0}},
       3},
      {"munmap.tlb",
       late,
       {{vma_made, "2000"},
        {"load(0x2000, 4)", "ok 0 f1"},
        {vma_gone, "0"},
        {"ptes(0x2000, 0x1000)", "0"},
        {"load(0x2000, 4)", "ok 0 f0"}},
       4},
      {"munmap.leak",
       late,
       {{"census()", all},
        {"mmap(0x1000000, 0x1000, RUV)", refused},
        {vma_made, "2000"},
        {"load(0x2000, 4)", "ok 0 f1"},
        {vma_gone, "0"},
        {"census()", but_two}},
       5},
      {"fault.permitted", late, {{vma_made, "2000"}, {"load(0x2000, 4)", "skip f1 s13"}}, 1},
      {"fault.once",
       late,
       {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {"load(0x2004, 4)", "ok 0 f1"}},
       2},
      {"fault.load-denied", late, {{"mmap(0x0, 0x1000, XUV)", "0"}, {"load(0x0, 4)", "ok 0 f1"}}, 1},
      {"fault.load-denied", late, {{"mmap(0x0, 0x1000, XUV)", "0"}, {"load(0x0, 4)", "endless f5 s13"}}, 1},
      {"fault.store-denied",
       late,
       {{"mmap(0x0, 0x1000, RUV)", "0"}, {"store(0x0, 4, 0x10000)", "ok 0 f1"}},
       1},
      {"fault.fetch-denied", late, {{"mmap(0x0, 0x1000, RWUV)", "0"}, {"fetch(0x0)", "ok 0 f1"}}, 1},
      {"fault.reserved", late, {{"mmap(0x0, 0x1000, WXUV)", "0"}, {"fetch(0x0)", "endless f5 s12"}}, 1},
      {"fault.user-valid", late, {{"mmap(0x0, 0x1000, RWV)", "0"}, {"load(0x0, 4)", "endless f5 s13"}}, 1},
      {"fault.end", late, {{vma_made, "2000"}, {"load(0x4000, 4)", "ok 0 f1"}}, 1},
      {"fault.end",
       late,
       {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {"ptes(0x3000, 0x2000)", "200c40d7," + pte1}},
       2},
      {"fault.no-area", late, {{"load(0x7000, 4)", "endless f5 s13"}}, 0},
      {"fault.zeroed", late, {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 5a f1"}}, 1},
      {"fault.contents",
       late,
       {{vma_made, "2000"}, {"store(0x3fff, 1, 0x1c)", "ok 0 f1"}, {"load(0x3ffc, 4)", "ok 0 f0"}},
       2},
      {"fault.rights",
       late,
       {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {"ptes(0x2000, 0x1000)", pte0}},
       2},
      {"fault.frame",
       late,
       {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {"ptes(0x2000, 0x2000)", "200c40d7,200c40d7"}},
       2},
      {"fault.frame",
       late,
       {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {"ptes(0x2000, 0x1000)", "d7"}},
       2},
      {"fault.frame",
       late,
       {{"census()", all}, {vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {"census()", all}},
       3},
      {"fault.whole-area",
       late,
       {{vma_made, "2000"}, {"load(0x2000, 4)", "ok 0 f1"}, {"ptes(0x2000, 0x2000)", "200c40d7,0"}},
       2},
      {"fault.no-memory",
       late,
       {{vma_made, "2000"}, {"hog(0)", "4096"}, {"load(0x2000, 4)", "trap f1 s5"}},
       2},
      {"fault.no-memory",
       late,
       {{vma_made, "2000"},
        {"hog(1)", "4095"},
        {"load(0x2000, 4)", "skip f1 s13"},
        {"ptes(0x2000, 0x1000)", pte0}},
       3},
  };
}

std::vector<Broken> broken_traces() {
  std::vector<Broken> traces = allocator_traces();
  for (const Broken& trace : vma_traces()) traces.push_back(trace);
  return traces;
}

TEST(KernelRules, EachIsBrokenByATraceOfItsOwn) {
  for (const Broken& trace : broken_traces()) {
    const std::vector<Violation> found = judged(trace.phase, trace.told);
    ASSERT_THAT(found, testing::SizeIs(1)) << trace.rule << ": " << trace.told.back().first;
    EXPECT_EQ(found[0].rule, trace.rule) << found[0].sentence;
    EXPECT_EQ(found[0].op, trace.op) << found[0].sentence;
    EXPECT_FALSE(found[0].sentence.empty() || found[0].expected.empty() || found[0].observed.empty());
  }
}

TEST(KernelRules, TableNamesAllThatAreReported) {
  std::set<std::string, std::less<>> shown{"run.incomplete",        "run.forged",  // driver_trace_test.cpp
                                           "buddy.double-free",     "buddy.free-inside",
                                           "buddy.free-misaligned", "buddy.free-unallocated",
                                           "kmalloc.bad-free"};  // bad_frees_test.cpp
  for (const Broken& trace : broken_traces()) shown.insert(trace.rule);
  for (const Rule& rule : kernel_rules()) {
    EXPECT_TRUE(shown.contains(rule.id)) << rule.id << " is broken by no test";
    EXPECT_EQ(find_kernel_rule(rule.id), &rule) << "twice in the table: " << rule.id;
  }
  for (const std::string& rule : shown) EXPECT_NE(find_kernel_rule(rule), nullptr) << rule;
}

TEST(KernelRules, SoundAllocatorBreaksNone) {
  EXPECT_THAT(judged(early, {{"p0 = alloc_pages(3)", "80300000 z0"},
                             {"p1 = alloc_page()", "80304000 z0"},
                             {"p2 = alloc_pages(0)", "0"},
                             {"free_pages(p2)", "0 u"},
                             {"p3 = alloc_pages(4096)", "0"},
                             {"free_pages(p0)", "80300000 v0"},
                             {"free_pages(p0)", "80300000 u"},
                             {"census()", "1,1,1,1,1,1,1,1,1,1,1,1,0"},
                             {"free_pages(p1)", "80304000 v0"},
                             {"census()", all},
                             {"p9 = alloc_pages(4096)", "80300000 z0"},
                             {"p10 = alloc_page()", "0"},
                             {"census()", nothing}}),
              IsEmpty());
}

TEST(KernelRules, WhichFreeBlockIsGivenOutIsTheStudentsChoice) {
  EXPECT_THAT(judged(early, {{"p0 = alloc_pages(3)", "81200000 z0"}, {"p1 = alloc_page()", "80f04000 z0"}}),
              IsEmpty());
}

TEST(KernelRules, WhoMapsPageByPageBreaksThatRuleAlone) {
  const Told whole{{vma_made, "2000"},
                   {"load(0x2000, 4)", "ok 0 f1"},
                   {"ptes(0x2000, 0x3000)", "200c40d7,200c44d7,0"},
                   {"load(0x3000, 4)", "ok 0 f0"},
                   {"load(0x4000, 4)", "skip f1 s13"}};
  Told by_page = whole;
  by_page[2].second = "200c40d7,0,0";
  by_page[3].second = "ok 0 f1";
  EXPECT_THAT(judged(late, whole), IsEmpty());
  EXPECT_THAT(judged(late, by_page), ElementsAre(Field(&Violation::rule, "fault.whole-area")));
}

// The memory was short of pages before anything was freed, and is short of the same now: that is one mistake.
TEST(KernelRules, WhatPlacementLosesIsNoLeak) {
  const Told told{{"p0 = alloc_page()", "80300000 z0"},
                  {"census()", but_two},
                  {"p2 = alloc_page()", "80302000 z0"},
                  {"free_pages(p2)", "80302000 v0"},
                  {"census()", but_two}};
  EXPECT_THAT(judged(early, told), ElementsAre(Field(&Violation::rule, "buddy.refused")));
}

TEST(KernelRules, PermissionMatrix) {
  const std::string allowed[] = {"",  "R",  "", "RW",  // by X W R: none, R, W, RW
                                 "X", "RX", "", "RWX"};
  for (std::uint64_t bits = 0; bits < 8; ++bits) {
    for (const char right : {'R', 'W', 'X'}) {
      const Call call = right == 'R' ? Call::load : right == 'W' ? Call::store : Call::fetch;
      const CallSequence sequence{late,
                                  {{.call = Call::mmap, .a = 0, .b = 4096, .c = bits * pte_r | pte_u | pte_v},
                                   {.call = call, .b = 4}}};
      const bool ok = allowed[bits].find(right) != std::string::npos;
      for (const bool done : {true, false}) {
        Console console(sequence);
        console.result("0");
        console.result(done ? "ok 0 f1" : "skip f1 s13");
        console.end();
        const auto found =
            judge_calls(sequence, parse_page_trace(console.text(), sequence, test_key)).violations;
        EXPECT_EQ(found.empty(), done == ok) << bits << right << done;
      }
    }
  }
}

TEST(KernelRules, PictureShowsTheNeighbourhood) {
  const auto found =
      judged(early, {{"p0 = alloc_pages(2)", "80300000 z0"}, {"p1 = alloc_page()", "80301000 z0"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].picture,
            "> pages    0 -    1  p0       2 pages\n"
            "  pages    2 - 4095  free     4094 pages\n");
}

}  // namespace
}  // namespace memgrade::oracle
