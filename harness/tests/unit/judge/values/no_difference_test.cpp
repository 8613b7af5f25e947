#include <gmock/gmock.h>
#include <harness/base/text.hpp>
#include <harness/tests/unit/judge/evidence_builder.hpp>

namespace memgrade::judge {
namespace {

const Json kIn = {{"in", "page_faults"}};

// A search as evidence holds it.
Scene searched(const char* search) {
  Scene scene;
  scene.evidence.search = search_from_json(parsed(search));
  return scene;
}

constexpr const char* kFound = R"({"compare": ["page_faults", "tlb_hits"], "runs": 40, "questions": 20,
  "differences": {"page_faults": {"seed": 3, "with": {"frames": 128, "policy": "lru"}, "step": 1,
    "expected": "2", "observed": "1", "explanation": "access 2, address 7 (page 0, offset 7): in the TLB",
    "trace": ["16916", "7"], "minimal": true, "command": "./vm -n 128 -p lru", "full_length": 300}},
  "ended": null})";

FoundDifference& found_in(Scene& scene) {
  return std::get<DifferentialSearch>(scene.evidence.search).differences["page_faults"];
}

TEST(NoDifference, PassesWhenAllAgreed) {
  EXPECT_TRUE(searched(kFound).passes("no_difference", {{"in", "tlb_hits"}}));
  EXPECT_EQ(searched(kFound).ask("no_difference", {{"in", "tlb_hits"}}).observed, "none in 20 questions");
}

TEST(NoDifference, ShowsTheShortestTrace) {
  const Verdict verdict = searched(kFound).ask("no_difference", kIn);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message,
            "page faults with frames 128, policy lru: 1 where 2 is expected, at line 2 of the trace below");
  EXPECT_EQ(verdict.detail,
            "with frames 128, policy lru; seed 3\n"
            "what should happen: access 2, address 7 (page 0, offset 7): in the TLB\n"
            "a trace of 2 lines out of 300 shows it, none can be left out:\n"
            "  16916 7\n"
            "command: ./vm -n 128 -p lru\n");
}

TEST(NoDifference, LongTracesAreWrappedAndCut) {
  Scene scene = searched(kFound);
  found_in(scene).trace.assign(2000, "12345");
  const std::string detail = scene.ask("no_difference", kIn).detail;
  std::size_t rows = 0;
  for (const std::string_view line : split_lines(detail)) {
    if (!line.starts_with("  ")) continue;
    ++rows;
    EXPECT_LE(display_width(line), 70U) << line;
  }
  EXPECT_EQ(rows, 21U);
  // Eleven addresses of five digits fit a line of 70 columns.
  EXPECT_THAT(detail, testing::HasSubstr("  … and 1780 more\n"));
}

TEST(NoDifference, AnEmptyTraceHasNoLines) {
  Scene scene = searched(kFound);
  found_in(scene).trace.clear();
  const Verdict verdict = scene.ask("no_difference", kIn);
  EXPECT_EQ(verdict.message, "page faults with frames 128, policy lru: 1 where 2 is expected");
  EXPECT_THAT(verdict.detail, testing::HasSubstr("an empty trace shows it\n"));
}

TEST(NoDifference, NothingComparedNeverPasses) {
  EXPECT_EQ(Scene{}.fails("no_difference", kIn), "no search took place");
  const char* none = "nothing could be compared in page faults";
  EXPECT_EQ(searched("{}").fails("no_difference", kIn), none);
  EXPECT_EQ(searched(R"({"compare": ["page_faults"], "questions": 0, "differences": {}, "ended": null})")
                .fails("no_difference", kIn),
            none);
  EXPECT_EQ(searched(R"({"compare": ["tlb_hits"], "questions": 5, "differences": {}, "ended": null})")
                .fails("no_difference", kIn),
            none);
  EXPECT_NE(searched(kFound).fails("no_difference", Json::object()), "IT PASSED");
}

TEST(NoDifference, WhatIsNotShownHasNoTrace) {
  const Verdict verdict =
      searched(R"({"compare": ["page_faults"], "questions": 5, "differences": {"page_faults":
    {"kind": "not shown", "with": {"frames": 128}, "expected": "244", "observed": "nothing", "command": "./vm"}},
    "ended": null})")
          .ask("no_difference", kIn);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message, "page faults: not shown (nothing)");
  EXPECT_EQ(verdict.detail, "");
}

TEST(NoDifference, ADeathIsNoAgreement) {
  const Scene died = searched(R"({"compare": ["page_faults"], "questions": 5,
    "differences": {"ending": {"seed": 2, "trace": ["1"], "full_length": 9, "command": "./vm"}},
    "ended": "crashed with SIGSEGV"})");
  EXPECT_EQ(died.fails("no_difference", kIn), "the program crashed with SIGSEGV while it was asked");
  EXPECT_EQ(died.ask("no_difference", kIn).detail,
            "seed 2\na trace of 1 line out of 9 shows it:\n  1\ncommand: ./vm\n");
}

TEST(NoDifference, OddEvidenceOnlyFails) {
  for (const char* difference : {"{}", R"({"trace": ["\u0001", ""], "with": {"a": [1]}, "step": 7})",
                                 R"({"minimal": true, "seed": -1})"}) {
    Json search = parsed(kFound);
    search["differences"]["page_faults"] = parsed(difference);
    Scene scene;
    scene.evidence.search = search_from_json(search);
    EXPECT_NE(scene.fails("no_difference", kIn), "IT PASSED") << difference;
  }
}

}  // namespace
}  // namespace memgrade::judge
