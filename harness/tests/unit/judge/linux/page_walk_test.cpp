// The check `page_walk`: what a student's walk of the page table wrote against pagemap.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/linux/guest_scene.hpp>

namespace memgrade::judge {
namespace {

using testing::HasSubstr;

struct Page {
  std::uint64_t address, pfn;
};
const std::vector<Page> kWalkPages = {{0x400000, 0x11}, {0x401000, 0x12}, {0x403000, 0x20},
                                      {0x7f0000, 0x31}, {0x7f1000, 0x32}, {0x7f3000, 0x33}};

Json memory_of(const std::vector<Page>& pages) {
  Json list = Json::array();
  for (const Page& page : pages) list.push_back({page.address, page.pfn});
  return {{"vmas",
           {{{"first", 0x400000}, {"last", 0x401fff}, {"rights", "r-xp"}, {"name", "/job/work"}},
            {{"first", 0x403000}, {"last", 0x404fff}, {"rights", "rw-p"}, {"name", "[heap]"}},
            {{"first", 0x7f0000}, {"last", 0x7f3fff}, {"rights", "rw-p"}, {"name", ""}}}},
          {"count", 3},
          {"pages", list},
          {"ram", {{0, 0xFFFFFFF}}}};
}

std::string walk_text(const std::vector<Page>& pages, const char* invocation = "0x{:x} 0x{:x}\n") {
  std::string text;
  for (const Page& page : pages) text += fmt::format(fmt::runtime(invocation), page.address, page.pfn);
  return text;
}

Guest with_file(const std::string& text) {
  Guest guest;
  guest.truth()["memory"]["before"] = memory_of(kWalkPages);
  guest.file("func3.txt", text);
  return guest;
}

Json walk_params(const char* what, const Json& more = Json::object()) {
  Json all = {{"file", "scan.files.func3.txt"}, {"memory", {"oracle.scan.memory.before"}}, {"what", what}};
  all.update(more);
  return with_defaults("page_walk", all);
}

std::string walk_fails(const char* what, const std::vector<Page>& pages, const Json& more = Json::object()) {
  const Verdict verdict = with_file(walk_text(pages)).ask("page_walk", walk_params(what, more));
  return verdict.passed || verdict.fraction > 0.8 ? "IT PASSED" : verdict.message;
}

std::vector<Page> without(std::size_t index) {
  std::vector<Page> pages = kWalkPages;
  pages.erase(pages.begin() + static_cast<std::ptrdiff_t>(index));
  return pages;
}
std::vector<Page> with_pfn(std::size_t index, std::uint64_t pfn) {
  std::vector<Page> pages = kWalkPages;
  pages[index].pfn = pfn;
  return pages;
}

TEST(PageWalk, TheRightWalkPassesAll) {
  for (const char* what : {"format", "complete", "correct"})
    EXPECT_TRUE(with_file(walk_text(kWalkPages)).passes("page_walk", walk_params(what))) << what;
}

TEST(PageWalk, TheFormOfTheCourse) {
  const Json course = {{"format", "0x([0-9a-f]+)--0x([0-9a-f]+)"}};
  const std::string text = walk_text(kWalkPages, "0x{:x}--0x{:x}\n");
  for (const char* what : {"format", "complete", "correct"})
    EXPECT_TRUE(with_file(text).passes("page_walk", walk_params(what, course))) << what;
  EXPECT_EQ(with_file(text).fails("page_walk", walk_params("format")), "line 1 is \"0x400000--0x11\"");
}

TEST(PageWalk, AMissingPageIsNamed) {
  EXPECT_EQ(walk_fails("complete", without(2)),
            "1 present page missing, the first at 0x403000 (rw-p [heap]): each is the first page of its VMA");
  EXPECT_THAT(walk_fails("complete", without(5)), HasSubstr("each is the last page of its VMA"));
  EXPECT_EQ(walk_fails("complete", {kWalkPages[0], kWalkPages[1], kWalkPages[2]}),
            "3 present pages missing, the first at 0x7f0000 (rw-p): all are in this one VMA");
  EXPECT_TRUE(with_file(walk_text(without(2))).passes("page_walk", walk_params("correct")));
}

TEST(PageWalk, AWrongPfnIsNamedAndWhatItMayBe) {
  EXPECT_THAT(walk_fails("correct", with_pfn(3, 0x99)),
              HasSubstr("1 page wrong, the first on line 4: 0x99 for 0x7f0000 (rw-p): the PFN is 0x31"));
  EXPECT_THAT(walk_fails("correct", with_pfn(3, 0x31000)), HasSubstr("the physical address stands"));
  EXPECT_THAT(walk_fails("correct", with_pfn(3, 0x8000000000031867)), HasSubstr("the page table entry"));
  EXPECT_THAT(walk_fails("correct", with_pfn(3, 0x8000000000031)),
              HasSubstr("such as NX (bit 63), are left in the PFN"));
  EXPECT_EQ(walk_fails("complete", with_pfn(3, 0x99)),
            "1 present page with a frame that is not theirs, the first at 0x7f0000 (rw-p)");
}

TEST(PageWalk, TheFrameIsFoundInOtherSpellingsToo) {
  for (const std::uint64_t number : {0x31000ULL, 0x8000000000031867ULL, 0x8000000000031ULL}) {
    EXPECT_TRUE(with_file(walk_text(with_pfn(3, number))).passes("page_walk", walk_params("complete")))
        << number;
    EXPECT_NE(walk_fails("correct", with_pfn(3, number)), "IT PASSED") << number;
  }
}

TEST(PageWalk, TheSamePfnEverywhereEarnsNothing) {
  std::vector<Page> pages = kWalkPages;
  for (Page& page : pages) page.pfn = 1;
  for (const char* what : {"format", "complete", "correct"})
    EXPECT_NE(walk_fails(what, pages), "IT PASSED") << what;
  EXPECT_EQ(walk_fails("format", pages), "the lines have the form, but none names the frame of its page");
}

TEST(PageWalk, AMistakeCostsAFifthAndItsShareOfThePages) {
  const auto earned = [](const char* what, const std::vector<Page>& pages) {
    return with_file(walk_text(pages)).ask("page_walk", walk_params(what)).fraction;
  };
  EXPECT_DOUBLE_EQ(earned("complete", without(2)), 0.8 * 5 / 6);
  EXPECT_DOUBLE_EQ(earned("correct", with_pfn(3, 0x99)), 0.8 * 5 / 6);
  EXPECT_DOUBLE_EQ(earned("complete", with_pfn(3, 0x99)), 0.8 * 5 / 6);
}

TEST(PageWalk, WhatIsInNoVmaIsNeverTolerated) {
  std::vector<Page> pages = kWalkPages;
  pages.insert(pages.begin() + 2, {0x402000, 0});
  EXPECT_THAT(walk_fails("correct", pages, {{"broken_share", 0.4}}),
              HasSubstr("does a VMA's last page end at vm_end?"));
}

TEST(PageWalk, AFewRightPagesDoNotMakeAWalk) {
  Guest guest;
  std::vector<Page> all;
  for (std::uint64_t i = 0; i < 100; ++i) all.push_back({0x7f0000000 + i * 4096, 0x100 + i});
  guest.truth()["memory"]["before"] = memory_of(all);
  guest.truth()["memory"]["before"]["vmas"] = {
      {{"first", 0x7f0000000}, {"last", 0x7ffffffff}, {"rights", "rw-p"}, {"name", ""}}};
  guest.file("func3.txt", walk_text({all[0], all[1]}));
  EXPECT_THAT(guest.fails("page_walk", walk_params("correct")),
              HasSubstr("2 right pages of 100 say nothing"));
  guest.file("func3.txt", walk_text({all.begin(), all.begin() + 10}));
  EXPECT_TRUE(guest.passes("page_walk", walk_params("correct")));
}

TEST(PageWalk, AnEmptyLineEndsAScanForSome) {
  for (const char* what : {"format", "complete", "correct"})
    EXPECT_TRUE(with_file(walk_text(kWalkPages) + "\n" + walk_text(kWalkPages))
                    .passes("page_walk", walk_params(what)))
        << what;
}

TEST(PageWalk, AnInventedPageIsNamed) {
  std::vector<Page> pages = kWalkPages;
  pages.push_back({0x7f2000, 0x44});
  EXPECT_THAT(walk_fails("correct", pages), HasSubstr("that page is not present"));
  pages.back() = {0x900000, 0x44};
  EXPECT_THAT(walk_fails("correct", pages), HasSubstr("the process has no such address"));
  pages.back() = {0x7f2008, 0x44};
  EXPECT_THAT(walk_fails("correct", pages), HasSubstr("not page-aligned"));
  pages.back() = {0x900000, 0};
  EXPECT_THAT(walk_fails("correct", pages), HasSubstr("the process has no such address"));
}

TEST(PageWalk, AbsentPagesInEveryFormThatIsAllowed) {
  std::vector<Page> pages = kWalkPages;
  pages.insert(pages.begin() + 5, {0x7f2000, 0});
  pages.insert(pages.begin() + 3, {0x404000, ~std::uint64_t{0}});
  for (const char* what : {"format", "complete", "correct"})
    EXPECT_TRUE(with_file(walk_text(pages)).passes("page_walk", walk_params(what))) << what;
  EXPECT_THAT(walk_fails("format", pages, {{"absent", {"omitted"}}}), HasSubstr("line 4 has no PFN"));
  EXPECT_THAT(walk_fails("format", pages, {{"absent", {"omitted", "minus_one"}}}),
              HasSubstr("line 7 has no PFN"));
  const std::string minus = walk_text(kWalkPages) + "0x7f2000 -1\n";
  EXPECT_TRUE(with_file(minus).passes("page_walk",
                                      walk_params("correct", {{"format", "0x(\\w+) (?:0x)?(-1|\\w+)"}})));
}

TEST(PageWalk, AnAbsentFormForAPresentPageIsMissing) {
  EXPECT_THAT(walk_fails("complete", with_pfn(1, 0)),
              HasSubstr("1 present page missing, the first at 0x401000"));
}

TEST(PageWalk, OfSeveralScansTheLastWholeOneCounts) {
  const std::string wrong = walk_text(with_pfn(3, 0x99)), right = walk_text(kWalkPages);
  EXPECT_TRUE(with_file(wrong + right).passes("page_walk", walk_params("correct")));
  EXPECT_TRUE(with_file(wrong + right + walk_text({kWalkPages[0], kWalkPages[1]}))
                  .passes("page_walk", walk_params("complete")));
  EXPECT_THAT(with_file(right + wrong).ask("page_walk", walk_params("correct")).message,
              HasSubstr("line 10"));
  EXPECT_TRUE(with_file(right + right + "0x4000").passes("page_walk", walk_params("format"))) << "on its way";
  EXPECT_THAT(with_file(right + right).fails("page_walk", walk_params("format", {{"scans", "one"}})),
              HasSubstr("more than one scan"));
  EXPECT_THAT(with_file(right + "0x40").fails("page_walk", walk_params("format", {{"scans", "one"}})),
              HasSubstr("not whole"));
}

TEST(PageWalk, AShareOfBrokenLinesMayBeAllowed) {
  std::string text = walk_text(kWalkPages);
  text.insert(text.find("0x403000"), "0x4020x403000 0x2\n");
  const Json some = {{"broken_share", 0.2}};
  EXPECT_THAT(with_file(text).fails("page_walk", walk_params("format")),
              HasSubstr("line 3 is \"0x4020x403000"));
  EXPECT_TRUE(with_file(text).passes("page_walk", walk_params("format", some)));
  EXPECT_TRUE(with_file(walk_text(without(2))).passes("page_walk", walk_params("complete", some)));
  EXPECT_TRUE(with_file(walk_text(with_pfn(2, 0x99))).passes("page_walk", walk_params("correct", some)));
  EXPECT_THAT(walk_fails("complete", {kWalkPages[0]}, some), HasSubstr("5 present pages missing"));
}

TEST(PageWalk, WithSeveralObservationsOnlyWhatLastsIsAskedFor) {
  Guest guest = with_file(walk_text(without(2)));
  guest.truth()["memory"]["after"] = memory_of(without(2));
  Json both = walk_params("complete");
  both["memory"].push_back("oracle.scan.memory.after");
  EXPECT_TRUE(guest.passes("page_walk", both));
  both["what"] = "correct";
  guest.file("func3.txt", walk_text(kWalkPages));
  EXPECT_TRUE(guest.passes("page_walk", both)) << "one observation has the page";
}

TEST(PageWalk, NothingIsNoWalk) {
  for (const char* what : {"format", "complete", "correct"}) {
    EXPECT_NE(with_file("").fails("page_walk", walk_params(what)), "IT PASSED") << what;
    EXPECT_NE(with_file("garbage\n\xff\n").fails("page_walk", walk_params(what)), "IT PASSED") << what;
    EXPECT_NE(with_file("0x400000 0x0\n").fails("page_walk", walk_params(what, {{"absent", {"omitted"}}})),
              "IT PASSED");
    Guest guest = with_file(walk_text(kWalkPages));
    guest.run().files.clear();
    EXPECT_THAT(guest.fails("page_walk", walk_params(what)), HasSubstr("there is no file"));
    guest = with_file(walk_text(kWalkPages));
    guest.truth()["memory"] = Json::object();
    EXPECT_THAT(guest.fails("page_walk", walk_params(what)), HasSubstr("nothing to compare with"));
    guest.truth()["memory"]["before"] = {{"vmas", 3}, {"pages", "x"}};
    EXPECT_THAT(guest.fails("page_walk", walk_params(what)), HasSubstr("does not hold the memory"));
  }
  Guest guest = with_file("0x400000 0x0\n");
  guest.truth()["memory"]["before"] = memory_of({});
  EXPECT_THAT(guest.fails("page_walk", walk_params("complete")),
              HasSubstr("no page of the process was present"));
}

TEST(PageWalk, NumbersThatDoNotFitAreBrokenLines) {
  EXPECT_THAT(with_file("0x10000000000000000 0x1\n").fails("page_walk", walk_params("format")),
              HasSubstr("line 1 is"));
}

}  // namespace
}  // namespace memgrade::judge
