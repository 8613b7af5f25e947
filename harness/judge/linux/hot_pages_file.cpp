#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <harness/base/page.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/linux/hot_pages_file.hpp>
#include <map>
#include <set>

namespace memgrade::judge {
namespace {

constexpr std::uint64_t kPageArray = 0xffffea0000000000, kPageArrayEnd = 0xffffeb0000000000;
constexpr std::uint64_t kStructPageBytes = 64;
constexpr std::array<std::pair<PageUnit, std::string_view>, 3> kUnits{
    {{PageUnit::physical, "physical"}, {PageUnit::pfn, "pfn"}, {PageUnit::page, "page"}}};

// What is wrong with one number of a line.
std::string wrong_number(std::string_view text, std::size_t line, bool last) {
  if (text.empty() && last) return fmt::format("line {} ends with a comma", line);
  if (text.empty()) return fmt::format("line {} has two commas with nothing between them", line);
  const bool hex =
      text.starts_with("0x") || (text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos);
  if (hex && text.find_first_not_of("0123456789") != std::string_view::npos)
    return fmt::format("line {} has {}, which is hexadecimal", line, quote_text(text));
  return fmt::format("line {} has {} where a decimal number belongs", line, quote_text(text));
}

std::optional<std::uint64_t> whole_number(std::string_view word, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// What is not in the form but tells its number all the same.
std::optional<std::uint64_t> loosely_read(std::string_view word) {
  word = trim(word);
  return word.starts_with("0x") ? whole_number(word.substr(2), 16) : whole_number(word, 10);
}

HotScan read_line(std::string_view text, std::size_t line, std::string& mistake) {
  HotScan scan{line, {}};
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    const auto value = whole_number(word, 10);
    if (!value && mistake.empty()) mistake = wrong_number(word, line, false);
    if (const auto number = value ? value : loosely_read(word)) scan.numbers.push_back(*number);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty() && mistake.empty()) mistake = wrong_number(text, line, true);
  }
  return scan;
}

std::size_t lines_with_numbers(const HotFile& file) {
  return static_cast<std::size_t>(
      std::ranges::count_if(file.scans, [](const HotScan& line) { return !line.numbers.empty(); }));
}

}  // namespace

HotFile read_hot_file(std::string_view text) {
  HotFile file;
  const std::size_t whole = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
  std::size_t number = 0;
  for (const std::string_view line : split_lines(text.substr(0, whole)))
    file.scans.push_back(read_line(line, ++number, file.mistake));
  std::string unfinished;
  file.rest = read_line(text.substr(whole), number + 1, unfinished);
  return file;
}

std::string_view to_string(PageUnit unit) {
  return kUnits.at(static_cast<std::size_t>(unit)).second;
}

std::optional<std::uint64_t> pfn_of(std::uint64_t number, PageUnit unit, const ProcessMemory& memory) {
  std::uint64_t pfn = number;
  if (unit == PageUnit::physical) {
    if (number % page_bytes != 0) return std::nullopt;
    pfn = number / page_bytes;
  } else if (unit == PageUnit::page) {
    if (number < kPageArray || number >= kPageArrayEnd || (number - kPageArray) % kStructPageBytes != 0)
      return std::nullopt;
    pfn = (number - kPageArray) / kStructPageBytes;
  }
  constexpr std::uint64_t most = ~std::uint64_t{0} / page_bytes;
  if (pfn > most || !memory.is_ram(pfn * page_bytes)) return std::nullopt;
  return pfn;
}

PageUnit likeliest_unit(const HotFile& file, const ProcessMemory& memory) {
  std::array<std::size_t, kUnits.size()> fit{};
  const auto count = [&](const HotScan& scan) {
    for (const std::uint64_t number : scan.numbers)
      for (std::size_t i = 0; i < kUnits.size(); ++i)
        fit[i] += pfn_of(number, kUnits[i].first, memory) ? 1 : 0;
  };
  std::ranges::for_each(file.scans, count);
  if (lines_with_numbers(file) == 0) count(file.rest);
  const auto best = std::ranges::max_element(fit);
  return kUnits[static_cast<std::size_t>(best - fit.begin())].first;
}

namespace {

// A frame may be mapped at several addresses.
using Addresses = std::map<std::uint64_t, std::set<std::uint64_t>>;

Addresses addresses_of(const std::vector<ProcessMemory>& seen) {
  Addresses addresses;
  for (const ProcessMemory& memory : seen)
    for (const auto& [address, pfn] : memory.pages) addresses[pfn].insert(address);
  return addresses;
}

// All numbers in order, cut where no address of a page is above that of the one before it.
std::vector<HotScan> scans_by_address(const std::vector<HotScan>& lines, PageUnit unit,
                                      const std::vector<ProcessMemory>& seen) {
  const Addresses addresses = addresses_of(seen);
  std::vector<HotScan> scans;
  std::optional<std::uint64_t> last;
  for (const HotScan& line : lines)
    for (const std::uint64_t number : line.numbers) {
      const auto pfn = pfn_of(number, unit, seen.front());
      const auto known = pfn ? addresses.find(*pfn) : addresses.end();
      bool begins = scans.empty();
      if (known != addresses.end()) {
        const auto above = last ? known->second.upper_bound(*last) : known->second.begin();
        begins = begins || above == known->second.end();
        last = above == known->second.end() ? *known->second.begin() : *above;
      }
      if (begins) scans.push_back({line.line, {}});
      scans.back().numbers.push_back(number);
    }
  return scans;
}

}  // namespace

Grouping regroup_scans(HotFile& file, PageUnit unit, const std::vector<ProcessMemory>& seen) {
  const std::size_t used = lines_with_numbers(file);
  const std::vector<HotScan> lines = used > 0 ? file.scans : std::vector{file.rest};
  std::vector<HotScan> scans = scans_by_address(lines, unit, seen);
  // Scans of one page each would make any order look like many.
  std::size_t numbers = 0;
  for (const HotScan& scan : scans) numbers += scan.numbers.size();
  if (scans.empty() || numbers < 4 * scans.size()) return Grouping::a_line_a_scan;
  if (scans.size() >= 4 && scans.size() >= 4 * std::max<std::size_t>(used, 1)) {
    scans.pop_back();
    file.scans = std::move(scans);
    return Grouping::no_line_ends;
  }
  if (used >= 2 * scans.size()) {
    file.scans = std::move(scans);
    return Grouping::lines_within_scans;
  }
  return Grouping::a_line_a_scan;
}

}  // namespace memgrade::judge
