// The checks on kernels: rules_kept and mapped.
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/evidence_builder.hpp>

namespace memgrade::judge {
namespace {

using testing::HasSubstr;

// A search as evidence holds it.
Scene seen(const char* search) {
  Scene scene;
  scene.evidence.search = search_from_json(parsed(search));
  return scene;
}

FamilyResult& family_in(Scene& scene, std::string_view name) {
  return std::get<DriverSequences>(scene.evidence.search).families[name];
}

constexpr const char* kBroken = R"x({"families": {"buddy-random": {"boots": 3, "calls": 40, "ended": null,
  "violations": [{"rule": "buddy.overlap", "sentence": "p2 overlaps p1", "expected": "apart",
    "observed": "0x1000", "picture": "[##..]", "op": 1, "sequence": ["p0 = alloc_page()", "p1 = alloc_page()"],
    "full_length": 300, "minimal": true}]}}})x";
const Json kFamily = {{"family", "buddy-random"}};

TEST(RulesKept, ShowsTheShortestSequenceAndTheRule) {
  const Verdict verdict = seen(kBroken).ask("rules_kept", kFamily);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message, "p2 overlaps p1");
  EXPECT_THAT(verdict.detail, HasSubstr("> p1 = alloc_page()"));
  EXPECT_THAT(verdict.detail, HasSubstr("2 calls of 300 show it; none can be left out"));
  EXPECT_THAT(verdict.detail, HasSubstr("rule: buddy.overlap\n"));
}

TEST(RulesKept, PassesWhenEveryCallWasMadeAndNoRuleBroken) {
  EXPECT_TRUE(seen(R"({"families": {"buddy-random": {"calls": 40, "ended": null, "violations": []}}})")
                  .passes("rules_kept", kFamily));
}

TEST(RulesKept, AKernelThatDiedProvesNothing) {
  EXPECT_THAT(seen(R"({"families": {"buddy-random": {"calls": 40, "ended": "panicked", "violations": []}}})")
                  .fails("rules_kept", kFamily),
              HasSubstr("panicked"));
  EXPECT_EQ(seen(R"({"families": {"buddy-random": {"calls": 0, "ended": null, "violations": []}}})")
                .fails("rules_kept", kFamily),
            "no call was made");
  EXPECT_THAT(seen(R"({"families": {}})").fails("rules_kept", kFamily), HasSubstr("could not be driven"));
}

TEST(RulesKept, ARuleOfAnotherCheckIsToldAndCostsNothing) {
  Json params = kFamily;
  params["rules"] = {"buddy.zeroed", "buddy.leak"};
  const Verdict verdict = seen(kBroken).ask("rules_kept", params);
  EXPECT_TRUE(verdict.passed) << verdict.message;
  EXPECT_THAT(verdict.detail, HasSubstr("rule: buddy.overlap\n"));
  params["rules"] = {"buddy.o*"};
  EXPECT_THAT(seen(kBroken).ask("rules_kept", params).hint, HasSubstr("after a free"));
}

TEST(RulesKept, WhatCouldNotBeJudgedEarnsNothing) {
  Json params = kFamily;
  params["rules"] = {"buddy.leak"};
  Scene scene = seen(kBroken);
  FamilyResult& family = family_in(scene, "buddy-random");
  family.extent = CallsJudged{.judged = 30, .length = 40, .given = 1};
  EXPECT_DOUBLE_EQ(scene.ask("rules_kept", params).fraction, 0.75);
  family.extent->given = 0;
  EXPECT_EQ(scene.fails("rules_kept", params), "nothing was given out at all, so nothing is shown");
}

TEST(RulesKept, WhatMayFollowFromAnotherFamilysMistakeIsForgiven) {
  Json params = kFamily;
  params["forgive"] = {{"rules", {"buddy.overlap"}}, {"families", {"buddy-fill"}}};
  Scene scene = seen(kBroken);
  EXPECT_FALSE(scene.ask("rules_kept", params).passed);
  const FamilyResult same = family_in(scene, "buddy-random");
  family_in(scene, "buddy-fill") = same;
  EXPECT_TRUE(scene.ask("rules_kept", params).passed);
}

TEST(RulesKept, BadFreesNeedAFreeThatWorks) {
  Scene scene = seen(R"({"families": {"buddy-double-free": {"calls": 40, "ended": null, "violations": [],
    "bad_frees": {"made": 3, "frees_work": false}}}})");
  const Json params = {{"family", "buddy-double-free"}};
  EXPECT_THAT(scene.fails("rules_kept", params), HasSubstr("ever given out again"));
  family_in(scene, "buddy-double-free").bad_frees->frees_work = true;
  EXPECT_TRUE(scene.passes("rules_kept", params));
  family_in(scene, "buddy-double-free").bad_frees->made = 0;
  EXPECT_THAT(scene.fails("rules_kept", params), HasSubstr("freed wrongly"));
}

TEST(RulesKept, ADriverThatDoesNotGoInSeesNothing) {
  const Verdict verdict =
      seen(R"({"driver_unseen": "it has no function alloc_page"})").ask("rules_kept", kFamily);
  EXPECT_FALSE(verdict.passed);
  EXPECT_TRUE(verdict.inconclusive);
  EXPECT_EQ(verdict.message, "it has no function alloc_page");
  EXPECT_FALSE(seen(R"({"families": {}})").ask("rules_kept", kFamily).inconclusive) << "silence is no reason";
}

TEST(RulesKept, WhereNobodyCouldLookAPersonGetsTheLines) {
  Scene scene = seen(R"({"driver_unseen": "it has no function alloc_page"})");
  scene.evidence.sources["kernel/slub.c"] =
      "int other;\nvoid *kmalloc(size_t size)\n{\n\treturn 0;\n}\nvoid kfree(void *p) {}\n";
  Json params = kFamily;
  EXPECT_EQ(scene.ask("rules_kept", params).detail, "");
  params["lines_of"] = {"kmalloc"};
  EXPECT_EQ(scene.ask("rules_kept", params).detail,
            "kernel/slub.c:2: void *kmalloc(size_t size)\nkernel/slub.c:3: {\n"
            "kernel/slub.c:4: \treturn 0;\nkernel/slub.c:5: }\n");
}

const Json kPages = {{"look", "end"}, {"pages", {{{"first", 0}, {"last", 8191}, {"rights", "rw-u"}}}}};

TEST(Mapped, WantsExactlyThesePages) {
  EXPECT_TRUE(
      seen(R"({"looks": {"end": {"reached": true, "mappings": [{"first": 0, "last": 4095, "rights": "rw-u"},
                       {"first": 4096, "last": 8191, "rights": "rw-u"}]}}})")
          .passes("mapped", kPages));
  EXPECT_EQ(
      seen(
          R"({"looks": {"end": {"reached": true, "mappings": [{"first": 0, "last": 4095, "rights": "rw-u"}]}}})")
          .fails("mapped", kPages),
      "the page at 0x1000 is not mapped");
  EXPECT_EQ(
      seen(
          R"({"looks": {"end": {"reached": true, "mappings": [{"first": 0, "last": 12287, "rights": "rw-u"}]}}})")
          .fails("mapped", kPages),
      "the page at 0x2000 is mapped and should not be");
  EXPECT_EQ(
      seen(
          R"({"looks": {"end": {"reached": true, "mappings": [{"first": 0, "last": 8191, "rights": "rwxu"}]}}})")
          .fails("mapped", kPages),
      "the page at 0x0 has the permissions rwxu");
}

TEST(Mapped, APteThatTheMachineRefusesIsNotNothing) {
  EXPECT_EQ(
      seen(
          R"({"looks": {"end": {"reached": true, "mappings": [], "broken": [{"first": 4096, "rights": "-w-u"}]}}})")
          .fails("mapped", {{"look", "end"}, {"pages", Json::array()}}),
      "the PTE of 0x1000 is one that the machine refuses (-w-u)");
}

TEST(Reached, IsNoMatterOfWords) {
  const Json task = {{"look", "task1"}};
  EXPECT_TRUE(seen(R"({"looks": {"task1": {"reached": true, "mappings": []}}})").passes("reached", task));
  EXPECT_EQ(seen(R"({"looks": {"task1": {"reached": false, "why": "the image has no symbol x"}}})")
                .fails("reached", task),
            "the image has no symbol x");
  EXPECT_EQ(seen("{}").fails("reached", task), "the kernel could not be looked into");
}

constexpr const char* kTree = R"({"looks": {"end": {"reached": true,
  "mappings": [{"first": 0, "last": 8191, "rights": "rw-u", "frame": 2147491840}],
  "allocator": {"base": 2147483648, "free_pages": 4092, "complaints": [], "picture": "drawn", "given": [[2, 3], [8, 9]]}}}})";
const Json kEnd = {{"look", "end"}};

TEST(AllocatorTree, WhatIsMappedIsGivenOut) {
  const Verdict verdict = seen(kTree).ask("allocator_tree", kEnd);
  EXPECT_TRUE(verdict.passed) << verdict.message;
  EXPECT_EQ(verdict.observed, "4092 pages free");
  EXPECT_EQ(verdict.detail, "drawn");
}

PageTableProbe& end_of(Scene& scene) {
  return std::get<DriverSequences>(scene.evidence.search).probes["end"];
}

TEST(AllocatorTree, APageOfNobody) {
  Scene scene = seen(kTree);
  end_of(scene).mappings[0].last = 12287;
  EXPECT_EQ(scene.fails("allocator_tree", kEnd),
            "the page at 0x2000 is mapped to 0x80004000, which the allocator has not given out");
  end_of(scene).mappings[0].frame = 0;
  EXPECT_THAT(scene.fails("allocator_tree", kEnd), HasSubstr("mapped to 0x0"));
}

TEST(AllocatorTree, NodesThatContradictEachOther) {
  Scene scene = seen(kTree);
  end_of(scene).allocator->diagnostics = {"node 2 is wrong", "node 3 too"};
  const Verdict verdict = scene.ask("allocator_tree", kEnd);
  EXPECT_EQ(verdict.message, "node 2 is wrong");
  EXPECT_EQ(verdict.detail, "node 2 is wrong\nnode 3 too\ndrawn");
}

TEST(AllocatorTree, AnotherAllocatorCannotBeReadButADeadKernelFails) {
  EXPECT_TRUE(
      seen(
          R"({"looks": {"end": {"reached": true, "mappings": [], "allocator": {"unseen": "no such symbol"}}}})")
          .ask("allocator_tree", kEnd)
          .inconclusive);
  const Verdict dead = seen(R"({"looks": {"end": {"reached": false, "why": "it did not get there"}}})")
                           .ask("allocator_tree", kEnd);
  EXPECT_FALSE(dead.passed);
  EXPECT_FALSE(dead.inconclusive);
  EXPECT_FALSE(seen(R"({"looks": {"end": {"reached": true, "mappings": []}}})")
                   .ask("allocator_tree", kEnd)
                   .inconclusive);
}

TEST(Mapped, APlaceThatWasNotReachedShowsNothing) {
  const Json nothing = {{"look", "end"}, {"pages", Json::array()}};
  EXPECT_EQ(
      seen(R"({"looks": {"end": {"reached": false, "why": "the kernel did not get there", "mappings": []}}})")
          .fails("mapped", nothing),
      "the kernel did not get there");
  EXPECT_EQ(seen(R"({"looks": {}})").fails("mapped", nothing), "the kernel could not be looked into");
}

TEST(Mapped, WithoutItsPremiseNothingIsSeen) {
  Json params = kPages;
  params["premise"] = {{"fact", "book.stdout"}, {"line", "unmap OK"}};
  Scene scene = Scene::of({{"stdout", "unmap FAILED\n"}});
  scene.evidence.search = search_from_json(parsed(R"({"looks": {"end": {"reached": true}}})"));
  EXPECT_TRUE(scene.ask("mapped", params).inconclusive);
  scene.facts["book"]["stdout"] = "unmap OK\n";
  EXPECT_EQ(scene.fails("mapped", params), "the page at 0x0 is not mapped");
}

// Pages that are free at two looks; the console says that the program came to its end.
Scene counted_twice(int before, int after, const std::string& console = "done\n") {
  Scene scene = Scene::of({{"stdout", console}});
  const auto look = [](int free) { return Json{{"reached", true}, {"allocator", {{"free_pages", free}}}}; };
  scene.evidence.search = search_from_json({{"looks", {{"a", look(before)}, {"b", look(after)}}}});
  return scene;
}
const Json kBack = {{"before", "a"},
                    {"after", "b"},
                    {"most", 8},
                    {"taken", 80},
                    {"premise", {{"fact", "book.stdout"}, {"line", "done"}}}};

TEST(PagesBack, ATableAndSomeRecordsMayStay) {
  EXPECT_TRUE(counted_twice(4000, 4000).passes("pages_back", kBack));
  EXPECT_TRUE(counted_twice(4000, 3992).passes("pages_back", kBack));
  EXPECT_EQ(counted_twice(4000, 3936).fails("pages_back", kBack), "64 pages did not come back");
}

TEST(PagesBack, MoreThanWasTakenIsAnotherMistake) {
  const Verdict verdict = counted_twice(4000, 0).ask("pages_back", kBack);
  EXPECT_TRUE(verdict.inconclusive);
  EXPECT_EQ(verdict.message, "4000 pages free before, 0 after: so many were never taken");
}

TEST(PagesBack, AProgramThatDidNotComeToItsEndShowsNothing) {
  const Verdict verdict = counted_twice(4000, 3936, "not done\n").ask("pages_back", kBack);
  EXPECT_TRUE(verdict.inconclusive);
  EXPECT_EQ(verdict.message, "it did not come to the line \"done\"");
}

TEST(PagesBack, AnotherAllocatorCannotBeRead) {
  Scene scene = counted_twice(4000, 3936);
  PageTableProbe& later = std::get<DriverSequences>(scene.evidence.search).probes["b"];
  later.allocator->inconclusive = "the image has no such symbol";
  EXPECT_TRUE(scene.ask("pages_back", kBack).inconclusive);
  later.reached = false;
  EXPECT_EQ(scene.ask("pages_back", kBack).message, "the kernel did not get there");
}

const Json kMemory = {{"look", "end"},
                      {"first", 0x80000000},
                      {"last", 0x87ffffff},
                      {"premise", {{"fact", "book.stdout"}, {"line", "memory is out"}}}};

Scene mapped_to(std::uint64_t frame, const std::string& console) {
  Scene scene = Scene::of({{"stdout", console}});
  PageTableProbe probe;
  probe.reached = true;
  probe.mappings = {{4096, 8191, "rw-u", frame}};
  DriverSequences search;
  search.probes["end"] = std::move(probe);
  scene.evidence.search = std::move(search);
  return scene;
}

TEST(InMemory, PageZeroIsNoMemory) {
  EXPECT_TRUE(mapped_to(0x80200000, "memory is out\n").passes("in_memory", kMemory));
  EXPECT_EQ(mapped_to(0, "").fails("in_memory", kMemory),
            "the page at 0x1000 is mapped to 0x0, where there is no memory");
  EXPECT_FALSE(mapped_to(0x87fff001, "memory is out\n").ask("in_memory", kMemory).passed);
}

TEST(InMemory, WithMemoryLeftNothingIsShown) {
  EXPECT_TRUE(mapped_to(0x80200000, "").ask("in_memory", kMemory).inconclusive);
}

}  // namespace
}  // namespace memgrade::judge
