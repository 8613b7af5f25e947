#include <algorithm>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/linux/page_walk_file.hpp>
#include <optional>

namespace memgrade::judge {
namespace {

std::optional<std::uint64_t> hexadecimal(const re2::StringPiece& piece) {
  const std::string_view text(piece.data(), piece.size());
  return text == "-1" ? kAbsentPfn : parse_hex(text);
}

std::optional<WalkedPage> page_of(std::string_view line, const RE2& form) {
  re2::StringPiece address, pfn;
  if (!RE2::FullMatch(re2::StringPiece(line.data(), line.size()), form, &address, &pfn)) return std::nullopt;
  const auto first = hexadecimal(address), second = hexadecimal(pfn);
  if (!first || !second) return std::nullopt;
  return WalkedPage{*first, *second, 0};
}

}  // namespace

WalkFile read_walk(std::string_view text, const RE2& form, std::uint64_t first_pages_end) {
  WalkFile walk;
  if (!text.empty() && text.back() != '\n') {
    walk.ends_whole = false;
    text = text.substr(0, text.rfind('\n') + 1);
  }
  if (!form.ok() || form.NumberOfCapturingGroups() < 2) return walk;
  for (const std::string_view line : split_lines(text)) {
    ++walk.lines;
    if (trim(line).empty()) continue;  // the end of a scan, for some
    auto page = page_of(line, form);
    if (!page) {
      if (walk.broken++ > 0) continue;
      walk.first_broken = walk.lines;
      walk.broken_text = line.substr(0, 1024);
      continue;
    }
    page->line = walk.lines;
    const bool falls_back = !walk.scans.empty() && page->address <= walk.scans.back().back().address &&
                            page->address <= first_pages_end;
    if (walk.scans.empty() || falls_back) walk.scans.emplace_back();
    walk.scans.back().push_back(*page);
  }
  return walk;
}

const Scan* last_whole_scan(const WalkFile& walk) {
  if (walk.scans.empty()) return nullptr;
  const Scan& last = walk.scans.back();
  if (walk.scans.size() == 1) return &last;
  const Scan& before = walk.scans[walk.scans.size() - 2];
  return last.back().address < before.back().address ? &before : &last;
}

}  // namespace memgrade::judge
