#include <gmock/gmock.h>
#include <harness/base/text.hpp>
#include <harness/tests/unit/judge/evidence_builder.hpp>

namespace memgrade::judge {
namespace {

const Json kIn = {{"in", "page_faults"}};

Scene searched(const char* search) {
  Scene scene;
  scene.evidence.search = parsed(search);
  return scene;
}

constexpr const char* kFound = R"({"compare": ["page_faults", "tlb_hits"], "runs": 40, "questions": 20,
  "differences": {"page_faults": {"seed": 3, "with": {"frames": 128, "policy": "lru"}, "step": 1,
    "expected": "2", "observed": "1", "explanation": "access 2, address 7 (page 0, offset 7): in the TLB",
    "trace": ["16916", "7"], "minimal": true, "command": "./vm -n 128 -p lru", "full_length": 300}},
  "ended": null})";

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
  Json& trace = scene.evidence.search["differences"]["page_faults"]["trace"];
  trace = Json::array();
  for (int i = 0; i < 2000; ++i) trace.push_back("12345");
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
  scene.evidence.search["differences"]["page_faults"]["trace"] = Json::array();
  const Verdict verdict = scene.ask("no_difference", kIn);
  EXPECT_EQ(verdict.message, "page faults with frames 128, policy lru: 1 where 2 is expected");
  EXPECT_THAT(verdict.detail, testing::HasSubstr("an empty trace shows it\n"));
}

TEST(NoDifference, NothingComparedNeverPasses) {
  EXPECT_EQ(Scene{}.fails("no_difference", kIn), "no search took place");
  EXPECT_EQ(searched("[]").fails("no_difference", kIn), "no search took place");
  const char* none = "nothing could be compared in page faults";
  EXPECT_EQ(searched("{}").fails("no_difference", kIn), none);
  EXPECT_EQ(searched(R"({"compare": ["page_faults"], "questions": 0, "differences": {}, "ended": null})")
                .fails("no_difference", kIn),
            none);
  EXPECT_EQ(
      searched(R"({"compare": ["page_faults"], "questions": 5, "ended": null})").fails("no_difference", kIn),
      none);
  EXPECT_EQ(searched(R"({"compare": ["tlb_hits"], "questions": 5, "differences": {}, "ended": null})")
                .fails("no_difference", kIn),
            none);
  EXPECT_EQ(searched(R"({"compare": "page_faults", "questions": "5", "differences": {}})")
                .fails("no_difference", kIn),
            none);
  EXPECT_NE(searched(kFound).fails("no_difference", Json::object()), "IT PASSED");
}

TEST(NoDifference, ADeathIsNoAgreement) {
  const Scene died = searched(R"({"compare": ["page_faults"], "questions": 5,
    "differences": {"ending": {"trace": ["1"], "command": "./vm"}}, "ended": "crashed with SIGSEGV"})");
  EXPECT_EQ(died.fails("no_difference", kIn), "the program crashed with SIGSEGV while it was asked");
  EXPECT_EQ(died.ask("no_difference", kIn).detail, "a trace of 1 line shows it:\n  1\ncommand: ./vm\n");
}

TEST(NoDifference, OddEvidenceOnlyFails) {
  for (const char* difference :
       {"{}", "3", "[]", R"({"trace": [null, 1, {}], "with": 3, "step": "x", "expected": null})",
        R"({"with": {"a": [1]}, "minimal": "yes", "seed": {}, "step": -1e300, "explanation": 4})"}) {
    Json search = parsed(kFound);
    search["differences"]["page_faults"] = parsed(difference);
    Scene scene;
    scene.evidence.search = search;
    EXPECT_NE(scene.fails("no_difference", kIn), "IT PASSED") << difference;
  }
}

}  // namespace
}  // namespace memgrade::judge
