#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <harness/base/page.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/linux/hot_pages_file.hpp>

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

HotScan read_line(std::string_view text, std::size_t line, std::string& mistake) {
  HotScan scan{line, {}};
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool read = !word.empty() && error == std::errc{} && end == word.data() + word.size();
    if (read)
      scan.numbers.push_back(value);
    else if (mistake.empty())
      mistake = wrong_number(word, line, false);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty() && mistake.empty()) mistake = wrong_number(text, line, true);
  }
  return scan;
}

}  // namespace

HotFile read_hot_file(std::string_view text) {
  HotFile file;
  text = text.substr(0, text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1);
  std::size_t number = 0;
  for (const std::string_view line : split_lines(text))
    file.scans.push_back(read_line(line, ++number, file.mistake));
  return file;
}

std::string_view to_string(PageUnit unit) {
  return kUnits.at(static_cast<std::size_t>(unit)).second;
}

std::optional<PageUnit> page_unit(std::string_view word) {
  for (const auto& [unit, name] : kUnits)
    if (name == word) return unit;
  return std::nullopt;
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
  for (const HotScan& scan : file.scans)
    for (const std::uint64_t number : scan.numbers)
      for (std::size_t i = 0; i < kUnits.size(); ++i)
        fit[i] += pfn_of(number, kUnits[i].first, memory) ? 1 : 0;
  const auto best = std::ranges::max_element(fit);
  return kUnits[static_cast<std::size_t>(best - fit.begin())].first;
}

}  // namespace memgrade::judge
