// A student's walk of the page table against the pages that /proc/PID/pagemap shows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/page.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/linux/guest_memory.hpp>
#include <harness/judge/linux/page_walk_file.hpp>
#include <harness/judge/text/regex.hpp>
#include <map>
#include <set>

namespace memgrade::judge {
namespace {

constexpr std::size_t kShownPages = 12;
// A mistake costs a fifth of the check, whatever its size, and its share of the pages.
constexpr double kMostOfWrongWalk = 0.8;

double partial_credit(std::size_t right, std::size_t all) {
  return all == 0 ? 0 : kMostOfWrongWalk * static_cast<double>(right) / static_cast<double>(all);
}

struct Setting {
  std::string what, example;
  double share = 0;  // of lines that may be broken, and so of pages that may be missing or wrong
  bool zero = true, minus_one = true;  // how an absent page may appear
  bool one_scan = false;

  [[nodiscard]] bool is_absent(std::uint64_t pfn) const { return pfn == 0 || pfn == kAbsentPfn; }
  [[nodiscard]] std::size_t tolerated(std::size_t of) const {
    return share <= 0 ? 0 : static_cast<std::size_t>(std::ceil(share * static_cast<double>(of)));
  }
};

Setting setting_of(const Json& params) {
  Setting setting;
  setting.what = text_param(params, "what");
  setting.example = text_param(params, "example");
  if (const auto share = number(param(params, "broken_share")); share && *share > 0 && *share < 1)
    setting.share = static_cast<double>(*share);
  const auto absent = texts_param(params, "absent");
  const auto has = [&](const char* word) { return std::ranges::find(absent, word) != absent.end(); };
  setting.zero = has("zero");
  setting.minus_one = has("minus_one");
  setting.one_scan = text_param(params, "scans") == "one";
  return setting;
}

// Pages that all observations have with the same PFN.
std::vector<std::pair<std::uint64_t, std::uint64_t>> lasting_pages(const std::vector<ProcessMemory>& seen) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> lasting;
  for (const auto& [address, pfn] : seen.front().pages) {
    const auto same = [&](const ProcessMemory& memory) { return memory.pfn_at(address) == pfn; };
    if (std::ranges::all_of(seen, same)) lasting.emplace_back(address, pfn);
  }
  return lasting;
}

const Vma* vma_of(const std::vector<ProcessMemory>& seen, std::uint64_t address) {
  for (const ProcessMemory& memory : seen)
    if (const Vma* const vma = memory.vma_at(address)) return vma;
  return nullptr;
}

std::string rows(const std::vector<std::string>& table, std::string_view head) {
  std::string text = std::string(head) + "\n";
  for (std::size_t i = 0; i < std::min(table.size(), kShownPages); ++i) text += table[i] + "\n";
  if (table.size() > kShownPages) text += fmt::format("… and {} more\n", table.size() - kShownPages);
  return text;
}

// What all missing pages have in common, if anything.
std::string pattern_of(const std::vector<std::uint64_t>& missing, const std::vector<ProcessMemory>& seen) {
  const auto all = [&](auto is) {
    return std::ranges::all_of(missing, [&](std::uint64_t address) {
      const Vma* const vma = vma_of(seen, address);
      return vma != nullptr && is(*vma, address);
    });
  };
  if (all([](const Vma& vma, std::uint64_t address) { return address == vma.last - page_bytes + 1; }))
    return ": each is the last page of its VMA";
  if (all([](const Vma& vma, std::uint64_t address) { return address == vma.first; }))
    return ": each is the first page of its VMA";
  const Vma* const one = vma_of(seen, missing.front());
  if (all([&](const Vma& vma, std::uint64_t) { return one != nullptr && vma.first == one->first; }))
    return ": all are in this one VMA";
  return {};
}

// Bits 0 to 39: the frame, without the flags that stand above it in a page table entry.
constexpr std::uint64_t kFrameBits = (std::uint64_t{1} << 40) - 1;

// What a number tells of a frame. Completeness asks for the frame alone; `correct` asks for its PFN.
enum class Naming { pfn, physical_address, entry, high_bits, nothing };

Naming naming_of(std::uint64_t number, std::uint64_t pfn) {
  if (number == pfn) return Naming::pfn;
  if (number == pfn * page_bytes) return Naming::physical_address;
  if ((number / page_bytes & kFrameBits) == pfn) return Naming::entry;
  if ((number & kFrameBits) == pfn) return Naming::high_bits;
  return Naming::nothing;
}

// The addresses for which the scan names the right frame, in order.
std::vector<std::uint64_t> found_pages(const Scan& scan, const std::vector<ProcessMemory>& seen,
                                       const Setting& setting) {
  std::vector<std::uint64_t> found;
  for (const WalkedPage& page : scan) {
    const bool names_it = std::ranges::any_of(seen, [&](const ProcessMemory& memory) {
      const auto pfn = memory.pfn_at(page.address);
      return pfn && naming_of(page.pfn, *pfn) != Naming::nothing;
    });
    if (names_it && !setting.is_absent(page.pfn)) found.push_back(page.address);
  }
  std::ranges::sort(found);
  return found;
}

// The form alone is worth nothing: `tells_something` says whether any line names its page's frame.
Verdict check_format(const WalkFile& walk, const Setting& setting, bool tells_something) {
  const std::string expected = "lines like " + setting.example;
  const std::string observed = fmt::format("{} of {}", walk.broken, counted(walk.lines, "line"));
  if (walk.lines == 0) return fail_verdict(expected, "nothing", "the file holds no line");
  if (walk.broken > setting.tolerated(walk.lines))
    return fail_verdict(expected, observed + " are none",
                        fmt::format("line {} is {}", walk.first_broken, quote_text(walk.broken_text)));
  if (setting.one_scan && !walk.ends_whole)
    return fail_verdict(expected, "a last line without its end", "the last line of the file is not whole");
  if (setting.one_scan && walk.scans.size() > 1)
    return fail_verdict("one scan", counted(walk.scans.size(), "scan"),
                        "the file holds more than one scan: it is to be emptied first");
  for (const Scan& scan : walk.scans)
    for (const WalkedPage& page : scan) {
      const bool refused = (page.pfn == 0 && !setting.zero) || (page.pfn == kAbsentPfn && !setting.minus_one);
      if (refused)
        return fail_verdict(
            expected, fmt::format("PFN {:#x}", page.pfn),
            fmt::format("line {} has no PFN: a page that is not present is to be left out", page.line));
    }
  if (!tells_something)
    return fail_verdict(expected, counted(walk.lines, "line"),
                        "the lines have the form, but none names the frame of its page");
  return pass_verdict(expected,
                      fmt::format("{}, {}", counted(walk.lines, "line"), counted(walk.scans.size(), "scan")));
}

Verdict check_complete(const Scan& scan, const std::vector<ProcessMemory>& seen, const Setting& setting) {
  const auto wanted = lasting_pages(seen);
  const std::string expected =
      fmt::format("all {}, each with its frame", counted(wanted.size(), "present page"));
  if (wanted.empty()) return fail_verdict(expected, "nothing", "no page of the process was present");
  const std::vector<std::uint64_t> found = found_pages(scan, seen, setting);
  std::vector<std::uint64_t> walked, missing;
  for (const WalkedPage& page : scan)
    if (!setting.is_absent(page.pfn)) walked.push_back(page.address);
  std::ranges::sort(walked);
  std::size_t wrong = 0;
  for (const auto& [address, pfn] : wanted) {
    if (std::ranges::binary_search(found, address)) continue;
    missing.push_back(address);
    wrong += std::ranges::binary_search(walked, address) ? 1 : 0;
  }
  const std::string observed = fmt::format("{} of them", wanted.size() - missing.size());
  if (missing.size() <= setting.tolerated(wanted.size())) return pass_verdict(expected, observed);
  const std::string first = show_address(missing.front(), vma_of(seen, missing.front()));
  const std::string message =
      wrong == missing.size()
          ? fmt::format("{} with a frame that is not theirs, the first at {}", counted(wrong, "present page"),
                        first)
          : fmt::format("{} missing, the first at {}{}", counted(missing.size(), "present page"), first,
                        pattern_of(missing, seen));
  Verdict verdict = fail_verdict(expected, observed, message);
  std::vector<std::string> table;
  for (const std::uint64_t address : missing) table.push_back(show_address(address, vma_of(seen, address)));
  verdict.detail = rows(table, "missing:");
  verdict.fraction = partial_credit(wanted.size() - missing.size(), wanted.size());
  return verdict;
}

// Why the PFN of one page is wrong. `pages` are those of the first observation that has the page.
std::string why_wrong(const WalkedPage& page, const std::vector<ProcessMemory>& seen) {
  for (const ProcessMemory& memory : seen) {
    const auto right = memory.pfn_at(page.address);
    if (!right) continue;
    switch (naming_of(page.pfn, *right)) {
      case Naming::physical_address:
        return "the physical address stands where its PFN should";
      case Naming::entry:
        return "the page table entry, its flags included, stands where the PFN should";
      case Naming::high_bits:
        return "flags of the page table entry, such as NX (bit 63), are left in the PFN";
      default:
        return fmt::format("the PFN is {:#x}", *right);
    }
  }
  if (page.address % page_bytes != 0) return "that is not page-aligned";
  const Vma* const vma = vma_of(seen, page.address);
  return vma == nullptr ? "the process has no such address: does a VMA's last page end at vm_end?"
                        : "that page is not present";
}

bool is_right(const WalkedPage& page, const std::vector<ProcessMemory>& seen) {
  return std::ranges::any_of(
      seen, [&](const ProcessMemory& memory) { return memory.pfn_at(page.address) == page.pfn; });
}

Verdict check_correct(const Scan& scan, const std::vector<ProcessMemory>& seen, const Setting& setting) {
  const std::string expected = "the PFNs of pagemap";
  std::vector<const WalkedPage*> wrong, twice;
  std::set<std::uint64_t> known;
  std::size_t present = 0;
  const WalkedPage* outside = nullptr;  // the first of no VMA: a walk went where it should not
  for (const WalkedPage& page : scan) {
    const bool in_vma = page.address % page_bytes == 0 && vma_of(seen, page.address) != nullptr;
    if (setting.is_absent(page.pfn) && in_vma) continue;
    ++present;
    if (!is_right(page, seen)) wrong.push_back(&page);
    if (!in_vma && outside == nullptr) outside = &page;
    if (!known.insert(page.address).second) twice.push_back(&page);
  }
  if (present == 0) return fail_verdict(expected, "nothing", "the file gives no PFN");
  const std::string observed = fmt::format("{} of {}", present - wrong.size(), present);
  const std::size_t all = lasting_pages(seen).size();
  if (wrong.empty() && 10 * present < all)
    return fail_verdict(
        expected, observed,
        fmt::format("{} of {} say nothing of how the table is walked", counted(present, "right page"), all));
  if (wrong.empty() && twice.size() > setting.tolerated(scan.size())) {
    const WalkedPage& first = *twice.front();
    return fail_verdict(
        "every page once", fmt::format("{} of {} again", twice.size(), present),
        fmt::format("{} there a second time, the first on line {}: {}: does a VMA's last page end at vm_end?",
                    twice.size() == 1 ? "1 page stands" : fmt::format("{} pages stand", twice.size()),
                    first.line, show_address(first.address, vma_of(seen, first.address))));
  }
  if (outside == nullptr && wrong.size() <= setting.tolerated(scan.size()))
    return pass_verdict(expected, observed);
  const WalkedPage& first = outside != nullptr ? *outside : *wrong.front();
  Verdict verdict = fail_verdict(
      expected, observed,
      fmt::format("{} wrong, {} on line {}: {:#x} for {}: {}", counted(wrong.size(), "page"),
                  &first == wrong.front() ? "the first" : "one", first.line, first.pfn,
                  show_address(first.address, vma_of(seen, first.address)), why_wrong(first, seen)));
  std::vector<std::string> table;
  for (const WalkedPage* const page : wrong)
    table.push_back(fmt::format("line {}: {:#x} {:#x}: {}", page->line, page->address, page->pfn,
                                why_wrong(*page, seen)));
  verdict.fraction = partial_credit(present - wrong.size(), present);
  verdict.detail = rows(table, "wrong:");
  return verdict;
}

Verdict check_page_walk(const Json& params, const Observed& observed) {
  const GuestFile file = guest_file(params, observed, "file");
  const std::string run = run_name(text_param(params, "file"));
  if (file.verdict) return in_run(*file.verdict, observed, run);
  const Memories memories = memories_of(params, observed, "memory");
  if (memories.verdict) return in_run(*memories.verdict, observed, run);
  const auto form = expression(text_param(params, "format"));
  if (!form->ok() || form->NumberOfCapturingGroups() != 2)
    return fail_verdict("", "", "the case's form of a line has not two groups");
  const Setting setting = setting_of(params);
  const auto& pages = memories.seen.front().pages;
  const std::uint64_t first_end =
      std::max(memories.seen.front().vmas.front().last, pages.empty() ? 0 : pages.front().first);
  const WalkFile walk = read_walk(file.bytes(), *form, first_end);
  const Scan* const scan = last_whole_scan(walk);
  if (setting.what == "format")
    return check_format(walk, setting,
                        scan != nullptr && !found_pages(*scan, memories.seen, setting).empty());
  if (scan == nullptr)
    return in_run(
        fail_verdict("a scan", "nothing",
                     file.bytes().empty() ? "the file is empty" : "no line of the file can be read"),
        observed, run);
  Verdict verdict = setting.what == "complete" ? check_complete(*scan, memories.seen, setting)
                                               : check_correct(*scan, memories.seen, setting);
  if (!verdict.passed) verdict.message += file.cut();
  return verdict;
}

std::vector<FieldSpec> page_walk_fields() {
  return {
      guest_file_field("What the walk wrote: `walk.files.ktest_func3.txt`."),
      memory_field(),
      {.key = "what",
       .type = FieldType::choice,
       .required = true,
       .doc =
           "`format`: lines as they are asked for, one of them true. `complete`: every present page is there "
           "with its frame, as a PFN, a physical address or an entry with its flags. `correct`: no page is "
           "invented, every PFN is the one of pagemap, and there is at least a tenth of the pages.",
       .choices = {"format", "complete", "correct"}},
      {.key = "format",
       .type = FieldType::regex,
       .fallback = "0x([0-9a-fA-F]+) 0x([0-9a-fA-F]+)",
       .doc = "For a whole line; two groups, the address and the PFN, hexadecimal."},
      {.key = "example",
       .fallback = "0x7ffd1c2b3000 0x1a2b3",
       .doc = "A line as it should look, for the report."},
      {.key = "absent",
       .type = FieldType::choice,
       .list = true,
       .fallback = Json::array({"omitted", "zero", "minus_one"}),
       .doc = "How a page that is not present may appear: not at all (always), with PFN 0, with PFN -1.",
       .choices = {"omitted", "zero", "minus_one"}},
      {.key = "broken_share",
       .type = FieldType::number,
       .fallback = 0,
       .doc =
           "The share of lines that may be broken, and of pages that may be missing or wrong for it: for a "
           "framework whose own buffer runs over.",
       .minimum = 0,
       .maximum = 0.5},
      {.key = "scans",
       .type = FieldType::choice,
       .fallback = "any",
       .doc = "`any`: the file may hold several scans, the last whole one counts. `one`: it must hold one.",
       .choices = {"any", "one"}},
  };
}

}  // namespace

Checker page_walk_checker() {
  return {{.name = "page_walk",
           .doc = "A file from the guest gives the virtual addresses and PFNs of a process's pages, as "
                  "/proc/PID/pagemap does.",
           .fields = page_walk_fields()},
          check_page_walk};
}

}  // namespace memgrade::judge
