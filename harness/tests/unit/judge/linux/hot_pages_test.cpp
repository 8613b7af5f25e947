// The check `hot_pages`: what a student's search for hot pages wrote, scan by scan.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/linux/guest_scene.hpp>

namespace memgrade::judge {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kHot = 0x10000000, kCold = 0x20000000, kHotPages = 10;
constexpr std::uint64_t kHotPfn = 0x500, kColdPfn = 0x700, kOwnPfn = 0x900;
constexpr std::uint64_t kStructPages = 0xffffea0000000000;

using Pfns = std::vector<std::uint64_t>;

Guest guest_with(const std::string& text) {
  Guest guest;
  Json pages = Json::array();
  for (std::uint64_t i = 0; i < kHotPages; ++i) pages.push_back({kHot + i * 4096, kHotPfn + i});
  for (std::uint64_t i = 0; i < kHotPages; ++i) pages.push_back({kCold + i * 4096, kColdPfn + i});
  pages.push_back({0x7f0000000000, kOwnPfn});
  guest.truth()["memory"]["before"] = {
      {"vmas", {{{"first", kHot}, {"last", 0x7fffffffffff}, {"rights", "rw-p"}, {"name", ""}}}},
      {"pages", pages},
      {"ram", {{0x1000, 0x9ffff}, {0x100000, 0xfffffff}}}};
  guest.truth()["regions"] = {{"hot", {{"first", kHot}, {"last", kHot + kHotPages * 4096 - 1}}},
                              {"cold", {{"first", kCold}, {"last", kCold + kHotPages * 4096 - 1}}}};
  guest.file("func2.txt", text);
  return guest;
}

Pfns range(std::uint64_t first, std::uint64_t count) {
  Pfns pfns;
  for (std::uint64_t i = 0; i < count; ++i) pfns.push_back(first + i);
  return pfns;
}
Pfns operator+(Pfns a, const Pfns& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Pfns kAll = range(kHotPfn, kHotPages) + range(kColdPfn, kHotPages) + Pfns{kOwnPfn};
const Pfns kOnlyHot = range(kHotPfn, kHotPages) + Pfns{kOwnPfn};
// Two scans with everything, then the hot region alone.
const std::vector<Pfns> kRight = {kAll, kAll, kOnlyHot, kOnlyHot, kOnlyHot};

std::string scan_text(const std::vector<Pfns>& scans, std::uint64_t times = 4096, std::uint64_t base = 0) {
  std::string text;
  for (const Pfns& scan : scans) {
    for (std::size_t i = 0; i < scan.size(); ++i)
      text += fmt::format("{}{}", i > 0 ? "," : "", base + scan[i] * times);
    text += "\n";
  }
  return text;
}

Json hot_params(const char* what, const Json& more = Json::object()) {
  Json all = {{"file", "scan.files.func2.txt"}, {"memory", {"oracle.scan.memory.before"}}, {"what", what}};
  all.update(more);
  return with_defaults("hot_pages", all);
}
std::string hot_fails(const char* what, const std::string& text, const Json& more = Json::object()) {
  return guest_with(text).fails("hot_pages", hot_params(what, more));
}
bool passes(const char* what, const std::string& text, const Json& more = Json::object()) {
  return guest_with(text).passes("hot_pages", hot_params(what, more));
}

TEST(HotPages, TheRightFilePassesAll) {
  for (const char* what : {"format", "owned", "hot", "cold"})
    EXPECT_TRUE(passes(what, scan_text(kRight))) << what;
}

TEST(HotPages, TheFormIsAskedForStrictly) {
  const std::string right = scan_text(kRight);
  EXPECT_EQ(hot_fails("format", "4096,\n" + right), "line 1 ends with a comma");
  EXPECT_EQ(hot_fails("format", right + "4096,,8192\n"), "line 6 has two commas with nothing between them");
  EXPECT_EQ(hot_fails("format", right + "0x1000\n"), "line 6 has \"0x1000\", which is hexadecimal");
  EXPECT_EQ(hot_fails("format", right + "1a000\n"), "line 6 has \"1a000\", which is hexadecimal");
  EXPECT_EQ(hot_fails("format", right + "4096, 8192\n"),
            "line 6 has \" 8192\" where a decimal number belongs");
  EXPECT_EQ(hot_fails("format", right + "-4096\n"), "line 6 has \"-4096\" where a decimal number belongs");
  EXPECT_THAT(hot_fails("format", right + "99999999999999999999\n"),
              HasSubstr("where a decimal number belongs"));
  EXPECT_TRUE(passes("format", right + "\n")) << "a scan that found nothing";
  EXPECT_TRUE(passes("format", right + "4096,81")) << "on its way";
}

TEST(HotPages, AddressesAreOfPagesInRam) {
  EXPECT_EQ(hot_fails("format", scan_text(kRight) + "4097\n"), "line 6: 4097 (0x1001) is not page-aligned");
  EXPECT_EQ(hot_fails("format", scan_text(kRight) + "655360\n"),
            "line 6: 655360 (0xa0000) is no page of the machine's RAM");
}

TEST(HotPages, OtherUnitsOnlyWhereTheCaseSaysSo) {
  const std::string pfns = scan_text(kRight, 1), pages = scan_text(kRight, 64, kStructPages);
  EXPECT_THAT(hot_fails("format", pfns), HasSubstr("the numbers are PFNs"));
  EXPECT_THAT(hot_fails("format", pages), HasSubstr("the numbers are addresses of struct page"));
  const Json all = {{"units", {"physical", "pfn", "page"}}};
  EXPECT_TRUE(passes("format", pfns, all));
  EXPECT_TRUE(passes("format", pages, all));
  for (const char* what : {"owned", "hot", "cold"}) {
    EXPECT_TRUE(passes(what, pfns)) << what;
    EXPECT_TRUE(passes(what, pages)) << what;
  }
}

TEST(HotPages, PagesOfOthersAreNamed) {
  std::vector<Pfns> scans = kRight;
  scans[3].push_back(0xabc);
  EXPECT_EQ(hot_fails("owned", scan_text(scans)),
            "1 of 76 addresses are no pages of the process; the first is 11255808 (0xabc000) in line 4");
  EXPECT_TRUE(passes("owned", scan_text(scans), {{"stray_share", 0.02}}));
  EXPECT_TRUE(passes("format", scan_text(scans)));
}

TEST(HotPages, APageOfAnyObservationIsOwned) {
  Guest guest = guest_with(scan_text(kRight));
  guest.truth()["memory"]["after"] = guest.truth()["memory"]["before"];
  guest.truth()["memory"]["after"]["pages"].back() = {0x7f0000000000, 0x901};
  std::vector<Pfns> scans = kRight;
  scans[4].back() = 0x901;
  guest.file("func2.txt", scan_text(scans));
  EXPECT_NE(guest.fails("hot_pages", hot_params("owned")), "IT PASSED");
  Json both = hot_params("owned");
  both["memory"].push_back("oracle.scan.memory.after");
  EXPECT_TRUE(guest.passes("hot_pages", both));
}

TEST(HotPages, TheHotRegionIsInNearlyEveryScan) {
  std::vector<Pfns> scans(20, kOnlyHot);
  scans[10] = range(kHotPfn, 3);
  EXPECT_TRUE(passes("hot", scan_text(scans)));
  scans[11] = scans[12] = scans[10];
  const Verdict verdict = guest_with(scan_text(scans)).ask("hot_pages", hot_params("hot"));
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message,
            "the hot region is there in only 15 of 18 scans: scan 11 has 30 % of the hot region's pages");
  EXPECT_THAT(verdict.detail, HasSubstr("scan   pages"));
  EXPECT_TRUE(passes("hot", scan_text({{}, {}, kOnlyHot, kOnlyHot}))) << "the first two are the warm-up";
}

TEST(HotPages, TheColdRegionLeaves) {
  EXPECT_THAT(hot_fails("cold", scan_text({kAll, kAll, kAll, kAll})),
              HasSubstr("the cold region is gone in only 0 of 2 scans: scan 3 has 100 % of the cold"));
  EXPECT_TRUE(passes("cold", scan_text({kAll, kAll, kOnlyHot + range(kColdPfn, 1), kOnlyHot})));
  EXPECT_THAT(hot_fails("cold", scan_text({kAll, kAll, {kOwnPfn}, {kOwnPfn}})),
              HasSubstr("0 % of the hot region"))
      << "a file without hot pages shows nothing";
}

TEST(HotPages, APictureHasEveryScanAndWhereTheRegionsLie) {
  const Json draw = {{"draw", true}};
  const Json figure = guest_with(scan_text(kRight)).ask("hot_pages", hot_params("hot", draw)).figure;
  EXPECT_EQ(figure["scans"].size(), kRight.size());
  EXPECT_EQ(figure["scans"][4][0], kHotPfn * 4096);
  const Json hot = {{"name", "hot"}, {"first", kHotPfn * 4096}, {"last", (kHotPfn + kHotPages) * 4096 - 1}};
  EXPECT_EQ(figure["regions"][0], hot);
  EXPECT_EQ(figure["regions"].size(), 2U);
  EXPECT_EQ(figure["cut"], false);
  EXPECT_EQ(guest_with(scan_text(std::vector<Pfns>(401, kOnlyHot)))
                .ask("hot_pages", hot_params("hot", draw))
                .figure["cut"],
            true);
  EXPECT_TRUE(guest_with(scan_text(kRight)).ask("hot_pages", hot_params("hot")).figure.is_null());
}

TEST(HotPages, TooFewScansShowNothing) {
  EXPECT_THAT(hot_fails("hot", scan_text({kAll, kAll})), HasSubstr("too few lines"));
  EXPECT_THAT(hot_fails("hot", scan_text({kAll, kAll, kAll}), {{"warm_up", 3}}), HasSubstr("no scan behind"));
  EXPECT_THAT(hot_fails("format", "\n\n\n\n"), HasSubstr("names no page"));
  EXPECT_THAT(hot_fails("format", ""), HasSubstr("names no page"));
  EXPECT_THAT(hot_fails("owned", "x\ny\nz\n"), HasSubstr("names no page"));
}

TEST(HotPages, WithoutTheTruthItFails) {
  Guest guest = guest_with(scan_text(kRight));
  guest.truth()["regions"].erase("cold");
  EXPECT_TRUE(guest.passes("hot_pages", hot_params("hot"))) << "the cold region is not asked for";
  EXPECT_THAT(guest.fails("hot_pages", hot_params("cold")), HasSubstr("told of no region"));
  guest.truth()["regions"] = {{"hot", {{"first", 0}, {"last", 4095}}}};
  EXPECT_THAT(guest.fails("hot_pages", hot_params("hot")), HasSubstr("no page of the region was present"));
  for (const char* what : {"format", "owned", "hot", "cold"}) {
    guest = guest_with(scan_text(kRight));
    guest.truth()["memory"] = Json::object();
    EXPECT_THAT(guest.fails("hot_pages", hot_params(what)), HasSubstr("nothing to compare with"));
    guest = guest_with(scan_text(kRight));
    guest.run().files.clear();
    EXPECT_THAT(guest.fails("hot_pages", hot_params(what)), HasSubstr("there is no file"));
  }
}

std::string replaced(std::string text, char letter, char instead = '\0') {
  for (char& one : text)
    if (one == letter) one = instead;
  if (instead == '\0') std::erase(text, '\0');
  return text;
}

TEST(HotPages, ScansWithoutTheirNewlinesCostTheFormAlone) {
  const std::string one_line = replaced(scan_text(std::vector<Pfns>(6, kAll)), '\n', ',');
  EXPECT_THAT(hot_fails("format", one_line), HasSubstr("no newline stands between 5 scans"));
  EXPECT_TRUE(passes("owned", one_line));
  EXPECT_TRUE(passes("hot", one_line));
  EXPECT_THAT(hot_fails("cold", one_line), HasSubstr("in only 0 of 3 scans"));
  const std::string cools =
      replaced(scan_text({kAll, kAll, kOnlyHot, kOnlyHot, kOnlyHot, kOnlyHot}), '\n', ',');
  EXPECT_TRUE(passes("cold", cools));
  EXPECT_THAT(hot_fails("format", cools + "\n"), HasSubstr("no newline stands between"));
}

TEST(HotPages, ANewlineAfterEveryVmaCostsTheFormAlone) {
  std::string text;
  for (const Pfns& scan : std::vector<Pfns>{kAll, kAll, kOnlyHot, kOnlyHot, kOnlyHot}) {
    text += scan_text({range(kHotPfn, kHotPages)});
    text += scan == kAll ? scan_text({range(kColdPfn, kHotPages)}) : "\n";
    text += scan_text({Pfns{kOwnPfn}});
  }
  EXPECT_THAT(hot_fails("format", text),
              HasSubstr("a scan is broken into lines, such as by a newline after every VMA"));
  for (const char* what : {"owned", "hot", "cold"}) EXPECT_TRUE(passes(what, text)) << what;
  const std::string line_a_page = replaced(scan_text(kRight), ',', '\n');
  EXPECT_THAT(hot_fails("format", line_a_page), HasSubstr("a scan is broken into lines"));
  EXPECT_TRUE(passes("hot", line_a_page));
}

TEST(HotPages, ASpellingCostsTheFormAlone) {
  std::string hex, blanks;
  for (const Pfns& scan : kRight) {
    for (const std::uint64_t pfn : scan) {
      hex += fmt::format("{}{:#x}", pfn == scan.front() ? "" : ",", pfn * 4096);
      blanks += fmt::format("{}{}", pfn == scan.front() ? "" : ", ", pfn * 4096);
    }
    hex += "\n", blanks += "\n";
  }
  EXPECT_THAT(hot_fails("format", hex), HasSubstr("hexadecimal"));
  EXPECT_THAT(hot_fails("format", blanks), HasSubstr("where a decimal number belongs"));
  for (const char* what : {"owned", "hot", "cold"}) {
    EXPECT_TRUE(passes(what, hex)) << what;
    EXPECT_TRUE(passes(what, blanks)) << what;
  }
}

}  // namespace
}  // namespace memgrade::judge
