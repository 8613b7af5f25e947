// A student's search for hot pages against the process's pages and against what our workload touched.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/page.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/linux/hot_pages_file.hpp>
#include <map>
#include <set>

namespace memgrade::judge {
namespace {

using Pfns = std::set<std::uint64_t>;
constexpr std::size_t kTableRows = 40;
constexpr std::size_t kMostPoints = 40000, kMostScans = 400;  // of a picture

// The check's parameters; defaults stand in its fields, below.
struct HotPagesSetting {
  std::string file, what, hot, cold;
  std::vector<std::string> units;
  double hot_share = 0, cold_share = 0, scans_share = 0, stray_share = 0;
  std::size_t warm_up = 0, at_least_scans = 0;
  bool draw = false;
};

HotPagesSetting hot_pages_setting(const Json& params) {
  const auto text = [&](const char* key) { return text_param(params, key); };
  const auto share = [&](const char* key) {
    return static_cast<double>(number(param(params, key)).value_or(0));
  };
  const auto count = [&](const char* key) {
    return static_cast<std::size_t>(whole(param(params, key)).value_or(0));
  };
  return {.file = text("file"),
          .what = text("what"),
          .hot = text("hot"),
          .cold = text("cold"),
          .units = texts_param(params, "units"),
          .hot_share = share("hot_share"),
          .cold_share = share("cold_share"),
          .scans_share = share("scans_share"),
          .stray_share = share("stray_share"),
          .warm_up = count("warm_up"),
          .at_least_scans = count("at_least_scans"),
          .draw = param(params, "draw") == true};
}

struct Scene {
  HotFile file;
  Grouping grouping = Grouping::a_line_a_scan;
  PageUnit unit = PageUnit::physical;
  std::vector<ProcessMemory> seen;

  [[nodiscard]] Pfns pfns(const HotScan& scan) const {
    Pfns found;
    for (const std::uint64_t number : scan.numbers)
      if (const auto pfn = pfn_of(number, unit, seen.front())) found.insert(*pfn);
    return found;
  }
};

// A region of the workload: for each of its pages the PFNs under which it was seen.
struct Region {
  std::vector<Pfns> pages;
  std::optional<Verdict> verdict;

  [[nodiscard]] double share_in(const Pfns& scan) const {
    const auto hit = std::ranges::count_if(pages, [&](const Pfns& pfns) {
      return std::ranges::any_of(pfns, [&](std::uint64_t pfn) { return scan.contains(pfn); });
    });
    return static_cast<double>(hit) / static_cast<double>(pages.size());
  }
};

Region region_of(const std::string& name, const HotPagesSetting& setting, const Observed& observed,
                 const Scene& scene) {
  Region region;
  // Each guest has its own addresses: the region is that of the guest which the file comes from.
  const std::string fact_name = fmt::format("oracle.{}.regions.{}", run_name(setting.file), name);
  const Json& place = fact(observed, fact_name);
  const auto first = whole(param(place, "first")), last = whole(param(place, "last"));
  if (!first || !last || *last < *first) {
    region.verdict =
        fail_verdict("a region", "nothing", fmt::format("the workload told of no region {}", quote(name)));
    return region;
  }
  std::map<std::uint64_t, Pfns> found;
  for (const ProcessMemory& memory : scene.seen)
    for (const auto& [address, pfn] : memory.pages)
      if (address >= *first && address <= *last && *last - address >= page_bytes - 1)
        found[address].insert(pfn);
  for (auto& [address, pfns] : found) region.pages.push_back(std::move(pfns));
  if (region.pages.empty())
    region.verdict =
        fail_verdict("a region", "nothing", "no page of the region was present when it was looked at");
  return region;
}

std::string unit_words(PageUnit unit) {
  if (unit == PageUnit::pfn) return "PFNs: the physical address is the PFN times 4096";
  if (unit == PageUnit::page) return "addresses of struct page, not of the page in memory";
  return "physical addresses";
}

// What is wrong with the newlines, or "".
std::string wrong_lines(const Scene& scene, std::size_t lines) {
  const std::string scans = counted(scene.file.scans.size(), "scan");
  if (scene.grouping == Grouping::no_line_ends)
    return fmt::format(
        "a scan's line does not end: no newline stands between {}, told apart by the order of "
        "addresses",
        scans);
  if (scene.grouping == Grouping::lines_within_scans)
    return fmt::format(
        "a scan is broken into lines, such as by a newline after every VMA: {} for {}, told apart "
        "by the order of addresses",
        counted(lines, "line"), scans);
  return {};
}

Verdict check_format(const Scene& scene, std::size_t lines, const HotPagesSetting& setting) {
  const std::string expected = "a line a scan, decimal numbers joined by commas";
  if (const std::string wrong = wrong_lines(scene, lines); !wrong.empty())
    return fail_verdict(expected, counted(lines, "line"), wrong);
  if (!scene.file.mistake.empty()) return fail_verdict(expected, counted(lines, "line"), scene.file.mistake);
  const auto& accepted = setting.units;
  const bool unit_right = std::ranges::find(accepted, to_string(scene.unit)) != accepted.end();
  for (const HotScan& scan : scene.file.scans)
    for (const std::uint64_t number : scan.numbers)
      if (!pfn_of(number, scene.unit, scene.seen.front()))
        return fail_verdict("addresses of pages in RAM", fmt::format("{}", number),
                            fmt::format("line {}: {} ({:#x}) is {}", scan.line, number, number,
                                        scene.unit == PageUnit::physical && number % page_bytes != 0
                                            ? "not page-aligned"
                                            : "no page of the machine's RAM"));
  if (!unit_right)
    return fail_verdict(join(accepted, " or "), std::string(to_string(scene.unit)),
                        "the numbers are " + unit_words(scene.unit));
  return pass_verdict(expected, fmt::format("{} of {}", counted(lines, "line"), to_string(scene.unit)));
}

Verdict check_owned(const Scene& scene, const HotPagesSetting& setting) {
  Pfns own;
  for (const ProcessMemory& memory : scene.seen)
    for (const auto& [address, pfn] : memory.pages) own.insert(pfn);
  std::size_t all = 0, strange = 0;
  std::string first;
  for (const HotScan& scan : scene.file.scans)
    for (const std::uint64_t number : scan.numbers) {
      ++all;
      const auto pfn = pfn_of(number, scene.unit, scene.seen.front());
      if (pfn && own.contains(*pfn)) continue;
      if (strange++ == 0)
        first = fmt::format("the first is {} ({:#x}) in line {}", number, number, scan.line);
    }
  const std::string expected = "pages of the process";
  if (all == 0) return fail_verdict(expected, "nothing", "no scan names a page");
  const std::string observed = fmt::format("{} of {}", all - strange, all);
  const double allowed = setting.stray_share * static_cast<double>(all);
  if (static_cast<double>(strange) <= allowed) return pass_verdict(expected, observed);
  return fail_verdict(expected, observed,
                      fmt::format("{} of {} addresses are no pages of the process; {}", strange, all, first));
}

struct Row {
  std::size_t line = 0, pages = 0;
  double hot = 0, cold = 0;
};

std::string table_of(const std::vector<Row>& rows) {
  std::string text = "scan   pages   of the hot region   of the cold region\n";
  for (std::size_t i = 0; i < std::min(rows.size(), kTableRows); ++i)
    text += fmt::format("{:4}  {:6}   {:16.0f} %   {:17.0f} %\n", rows[i].line, rows[i].pages,
                        100 * rows[i].hot, 100 * rows[i].cold);
  if (rows.size() > kTableRows) text += fmt::format("… and {} more\n", rows.size() - kTableRows);
  return text;
}

struct Counted {
  std::vector<Row> rows;
  std::size_t asked = 0, right = 0;  // of the scans behind the warm-up
  std::string first_wrong;
};

Counted count_scans(const Scene& scene, const Region& hot, const Region& cold,
                    const HotPagesSetting& setting) {
  const bool hot_one = setting.what == "hot";
  Counted counted_scans;
  for (const HotScan& scan : scene.file.scans) {
    const Pfns pfns = scene.pfns(scan);
    const Row row{scan.line, pfns.size(), hot.share_in(pfns), cold.verdict ? 0 : cold.share_in(pfns)};
    counted_scans.rows.push_back(row);
    if (counted_scans.rows.size() <= setting.warm_up) continue;
    ++counted_scans.asked;
    // A scan that found nothing hot at all says nothing of the cold pages.
    const bool is_right =
        hot_one ? row.hot >= setting.hot_share : row.hot > 0 && row.cold <= setting.cold_share;
    counted_scans.right += is_right ? 1 : 0;
    const bool of_hot = hot_one || row.hot <= 0;
    if (!is_right && counted_scans.first_wrong.empty())
      counted_scans.first_wrong = fmt::format("scan {} has {:.0f} % of the {} region's pages", row.line,
                                              100 * (of_hot ? row.hot : row.cold), of_hot ? "hot" : "cold");
  }
  return counted_scans;
}

// The ranges of physical addresses of a region's pages, named.
void add_ranges(Json& ranges, const std::string& name, const Region& region) {
  Pfns all;
  for (const Pfns& pfns : region.pages) all.insert(pfns.begin(), pfns.end());
  std::optional<std::uint64_t> first, last;
  const auto add = [&] {
    if (first)
      ranges.push_back(
          {{"name", name}, {"first", *first * page_bytes}, {"last", (*last + 1) * page_bytes - 1}});
  };
  for (const std::uint64_t pfn : all) {
    if (!last || pfn != *last + 1) {
      add();
      first = pfn;
    }
    last = pfn;
  }
  add();
}

Json figure_of(const Scene& scene, const HotPagesSetting& setting, const Region& hot, const Region& cold) {
  Json scans = Json::array(), regions = Json::array();
  std::size_t points = 0;
  for (const HotScan& scan : scene.file.scans) {
    Json addresses = Json::array();
    for (const std::uint64_t pfn : scene.pfns(scan)) addresses.push_back(pfn * page_bytes);
    points += addresses.size();
    if (points > kMostPoints || scans.size() == kMostScans) break;
    scans.push_back(std::move(addresses));
  }
  add_ranges(regions, setting.hot, hot);
  add_ranges(regions, setting.cold, cold);
  const bool cut = scans.size() < scene.file.scans.size();
  return {{"kind", "hot_pages"}, {"scans", std::move(scans)}, {"regions", std::move(regions)}, {"cut", cut}};
}

Verdict check_region(const Scene& scene, const HotPagesSetting& setting, const Observed& observed) {
  const bool hot_one = setting.what == "hot";
  const Region hot = region_of(setting.hot, setting, observed, scene);
  const Region cold = region_of(setting.cold, setting, observed, scene);
  if (hot.verdict) return *hot.verdict;
  if (!hot_one && cold.verdict) return *cold.verdict;
  const Counted scans = count_scans(scene, hot, cold, setting);
  const double needed = setting.scans_share;
  const std::string name = hot_one ? "hot" : "cold", wish = hot_one ? "there" : "gone";
  const std::string expected =
      fmt::format("the {} region {} in {:.0f} % of the scans", name, wish, 100 * needed);
  const std::string seen = fmt::format("in {} of {}", scans.right, scans.asked);
  Verdict verdict = pass_verdict(expected, seen);
  if (scans.asked == 0)
    verdict =
        fail_verdict(expected, seen, fmt::format("there is no scan behind the first {}", setting.warm_up));
  else if (static_cast<double>(scans.right) < needed * static_cast<double>(scans.asked))
    verdict = fail_verdict(expected, seen,
                           fmt::format("the {} region is {} in only {} of {} scans: {}", name, wish,
                                       scans.right, scans.asked, scans.first_wrong));
  verdict.detail = table_of(scans.rows);
  if (setting.draw) verdict.figure = figure_of(scene, setting, hot, cold);
  return verdict;
}

Verdict check_hot_pages(const Json& params, const Observed& observed) {
  const GuestFile file = guest_file(params, observed, "file");
  const std::string run = run_name(text_param(params, "file"));
  if (file.verdict) return in_run(*file.verdict, observed, run);
  Memories memories = memories_of(params, observed, "memory");
  if (memories.verdict) return in_run(*memories.verdict, observed, run);
  Scene scene{read_hot_file(file.bytes()), Grouping::a_line_a_scan, PageUnit::physical,
              std::move(memories.seen)};
  scene.unit = likeliest_unit(scene.file, scene.seen.front());
  const std::size_t lines = scene.file.scans.size();
  scene.grouping = regroup_scans(scene.file, scene.unit, scene.seen);
  const HotPagesSetting setting = hot_pages_setting(params);
  const std::size_t least = std::max<std::size_t>(setting.at_least_scans, 1);
  const bool any =
      std::ranges::any_of(scene.file.scans, [](const HotScan& scan) { return !scan.numbers.empty(); });
  if (scene.file.scans.size() < least || !any) {
    const std::string why = any ? "the file has too few lines, one for each scan" : "the file names no page";
    return in_run(fail_verdict(fmt::format("at least {}", counted(least, "scan")),
                               counted(scene.file.scans.size(), "scan"), why + file.cut()),
                  observed, run);
  }
  if (setting.what == "format") return check_format(scene, lines, setting);
  if (setting.what == "owned") return check_owned(scene, setting);
  return check_region(scene, setting, observed);
}

FieldSpec share_field(const char* key, double fallback, std::string doc) {
  return {.key = key,
          .type = FieldType::number,
          .fallback = fallback,
          .doc = std::move(doc),
          .minimum = 0,
          .maximum = 1};
}

std::vector<FieldSpec> hot_pages_fields() {
  return {
      guest_file_field("What the module wrote: `hot.files.ktest_func2.txt`."),
      memory_field(),
      {.key = "what",
       .type = FieldType::choice,
       .required = true,
       .doc = "`format`: a line a scan, decimal, joined by commas, pages of RAM in one of `units`. "
              "`owned`: every page is the process's. `hot`: the hot region is found. `cold`: the cold "
              "region is no more.",
       .choices = {"format", "owned", "hot", "cold"}},
      {.key = "hot",
       .type = FieldType::name,
       .fallback = "hot",
       .doc = "The workload's region that it uses all the time.",
       .refers_to = Reference{"region"}},
      {.key = "cold",
       .type = FieldType::name,
       .fallback = "cold",
       .doc = "The one that it uses once.",
       .refers_to = Reference{"region"}},
      share_field("hot_share", 0.9, "The share of the hot region's pages that a scan must name."),
      share_field("cold_share", 0.1, "The share of the cold region's pages that a scan may name."),
      share_field("scans_share", 0.9, "The share of scans in which that must hold."),
      share_field("stray_share", 0, "The share of addresses that may be no pages of the process."),
      {.key = "warm_up",
       .type = FieldType::integer,
       .fallback = 2,
       .doc = "So many first scans are not asked for the hot and the cold region.",
       .minimum = 0},
      {.key = "at_least_scans",
       .type = FieldType::integer,
       .fallback = 3,
       .doc = "How many scans there must be.",
       .minimum = 1},
      {.key = "draw",
       .type = FieldType::boolean,
       .fallback = false,
       .doc = "Of `hot` and `cold`: report.html has a picture of all scans beside the check."},
      {.key = "units",
       .type = FieldType::choice,
       .list = true,
       .fallback = Json::array({"physical"}),
       .doc = "What the numbers may be: physical addresses, PFNs, addresses of struct page. The other checks "
              "find out by themselves which it is.",
       .choices = {"physical", "pfn", "page"}}};
}

}  // namespace

Checker hot_pages_checker() {
  return {{.name = "hot_pages",
           .doc = "A file from the guest names the hot pages of a process, scan by scan.",
           .fields = hot_pages_fields()},
          check_hot_pages};
}

}  // namespace memgrade::judge
