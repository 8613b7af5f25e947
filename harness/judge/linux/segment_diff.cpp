#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/linux/segment_diff.hpp>
#include <optional>

namespace memgrade::judge {
namespace {

constexpr std::size_t kPage = 4096;

std::string bytes(std::size_t count) {
  return counted(count, "byte");
}

bool all_zero(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return letter == '\0'; });
}

std::string without_zeros(std::string_view text) {
  std::string rest(text);
  std::erase(rest, '\0');
  return rest;
}

std::size_t common_length(std::string_view a, std::string_view b) {
  const auto [end, other] = std::ranges::mismatch(a, b);
  return static_cast<std::size_t>(end - a.begin());
}

// A part of `text` that says something: 32 bytes that are not nearly all the same and stand there once, with
// their place.
std::optional<std::pair<std::size_t, std::string_view>> telling_part(std::string_view text) {
  constexpr std::size_t kBytes = 32, kTries = 64;
  std::size_t tries = 0;
  for (std::size_t at = 0; at + kBytes <= text.size() && tries < kTries; at += 8) {
    const std::string_view part = text.substr(at, kBytes);
    if (std::ranges::count(part, part[0]) > 16) continue;
    ++tries;
    if (text.find(part) == at && text.find(part, at + 1) == std::string_view::npos)
      return std::pair(at, part);
  }
  return std::nullopt;
}

// The dump is right as far as it goes, and too short or too long.
std::string wrong_length(const SegmentView& truth, std::string_view dump) {
  const std::size_t have = dump.size(), want = truth.bytes.size();
  if (have < want) {
    const bool at_page = (truth.start + have) % kPage == 0;
    return fmt::format("the last {} are missing{}", bytes(want - have),
                       at_page ? ": it ends where a page ends, so the last, partial page was left out" : "");
  }
  const bool at_page = (truth.start + have) % kPage == 0;
  return fmt::format("{} too many stand behind the segment's end{}", bytes(have - want),
                     at_page ? ": it goes on to the end of the last page" : "");
}

// Long enough to be no chance, whatever the bytes repeat: a KiB, or all that there is.
bool go_on_alike(std::string_view a, std::string_view b) {
  const std::size_t enough = std::min({std::size_t{1024}, a.size(), b.size()});
  return enough >= 64 && common_length(a, b) >= enough;
}

// The whole dump stands at another place than it should.
std::optional<std::string> moved(const SegmentView& truth, std::string_view dump) {
  const auto part = telling_part(truth.bytes);
  if (part) {
    const std::size_t found = dump.substr(0, part->first + 64 * kPage).find(part->second);
    if (found != std::string_view::npos && found > part->first) {
      const std::size_t by = found - part->first;
      if (go_on_alike(truth.bytes.substr(part->first), dump.substr(found)))
        return by == truth.start % kPage
                   ? fmt::format("it begins at the start of the page, {} before the segment", bytes(by))
                   : fmt::format("the segment begins {} into the file", bytes(by));
    }
  }
  const auto own = telling_part(dump);
  if (!own) return std::nullopt;
  const std::size_t found = truth.bytes.find(own->second);
  if (found == std::string_view::npos || found <= own->first) return std::nullopt;
  if (!go_on_alike(dump.substr(own->first), truth.bytes.substr(found))) return std::nullopt;
  return fmt::format("the first {} are missing", bytes(found - own->first));
}

// The dump is right up to `at`; what may have happened there.
std::optional<std::string> at_a_page(const SegmentView& truth, std::string_view dump, std::size_t at) {
  const std::uint64_t address = truth.start + at;
  const std::size_t to_page_end = kPage - address % kPage;
  const std::size_t rest = std::min(to_page_end, truth.bytes.size() - at);
  const std::string_view next = truth.bytes.substr(std::min(at + rest, truth.bytes.size()));
  const std::string_view here = dump.substr(std::min(at, dump.size()));
  if (address % kPage == 0 && go_on_alike(next, here))
    return fmt::format("the page at {:#x} is left out, and what follows has moved up", address);
  const std::string_view same_part = here.substr(0, rest);
  if (same_part.size() == rest && rest >= 64 && all_zero(same_part))
    return fmt::format("from {:#x} to the end of the page there are zeros", address);
  return std::nullopt;
}

// 16 bytes as four groups, and as letters.
std::string row(std::string_view text, std::size_t from) {
  std::string hex, letters;
  for (std::size_t i = from; i < std::min(from + 16, text.size()); ++i) {
    const auto value = static_cast<unsigned char>(text[i]);
    hex += fmt::format("{}{:02x}", i > from && i % 4 == 0 ? " " : "", value);
    letters += value >= 0x20 && value < 0x7F ? text[i] : '.';
  }
  return hex.empty() ? "(the end)" : fmt::format("{:35} {}", hex, letters);
}

}  // namespace

std::string dump_mistake(const SegmentView& truth, std::string_view dump, std::size_t at) {
  if (dump.empty()) return "the file is empty";
  if (all_zero(dump) && !all_zero(truth.bytes)) return "the file holds zeros alone";
  if (at == std::min(dump.size(), truth.bytes.size())) return wrong_length(truth, dump);
  if (dump.size() < truth.bytes.size() && dump.find('\0') == std::string_view::npos &&
      without_zeros(truth.bytes) == dump)
    return "the zero bytes are left out: it was written as text, not as bytes";
  if (const auto text = moved(truth, dump)) return *text;
  if (const auto text = at_a_page(truth, dump, at)) return *text;
  if (dump.size() < truth.bytes.size() &&
      common_length(without_zeros(truth.bytes), without_zeros(dump)) >= 64)
    return fmt::format("some zero bytes are left out, the first at {:#x}", truth.start + at);
  std::size_t differ = 0;
  for (std::size_t i = at; i < std::min(dump.size(), truth.bytes.size()); ++i)
    differ += dump[i] != truth.bytes[i] ? 1 : 0;
  return fmt::format("{}, the first at address {:#x}",
                     differ == 1 ? "1 byte differs" : fmt::format("{} bytes differ", differ),
                     truth.start + at);
}

std::optional<std::size_t> dump_length(const SegmentView& truth, std::string_view file) {
  const auto part = telling_part(truth.bytes);
  if (!part) return std::nullopt;
  const std::size_t first = file.find(part->second);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = file.find(part->second, first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return second - first;
}

std::string hex_beside(const SegmentView& truth, std::string_view dump, std::size_t at) {
  std::string text = fmt::format("byte {} of the segment (- should be, + is):\n", at);
  const std::size_t row_of_it = at / 16 * 16;
  const std::size_t first = row_of_it >= 16 ? row_of_it - 16 : 0;
  for (std::size_t from = first; from <= row_of_it + 32; from += 16) {
    if (from >= std::max(truth.bytes.size(), dump.size())) break;
    const std::string right = row(truth.bytes, from), is = row(dump, from);
    const std::uint64_t address = truth.start + from;
    if (right == is)
      text += fmt::format("  {:#x} {}\n", address, right);
    else
      text += fmt::format("- {:#x} {}\n+ {:#x} {}\n", address, right, address, is);
  }
  return text;
}

namespace {

// The part of the segment that lies in the page of its byte `at`.
std::string_view page_part(const SegmentView& truth, std::size_t at) {
  return truth.bytes.substr(at, kPage - (truth.start + at) % kPage);
}

// Bytes of `part` that stand at the same place in `here`; zeros among them count only where `with_zeros`.
std::size_t agreeing(std::string_view part, std::string_view here, bool with_zeros) {
  std::size_t agree = 0;
  for (std::size_t i = 0; i < std::min(part.size(), here.size()); ++i)
    agree += part[i] == here[i] && (with_zeros || part[i] != '\0') ? 1 : 0;
  return agree;
}

struct HeldPart {
  std::size_t bytes = 0, end = 0;  // in the dump
};

// A part at `place`, or where its first bytes stand from a little before that on, or all of it does; at least
// half of it.
std::optional<HeldPart> held_part(std::string_view part, std::string_view dump, std::size_t place,
                                  bool with_zeros) {
  constexpr std::size_t kBack = 64, kBegin = 64;
  const std::size_t counts = agreeing(part, part, with_zeros);
  for (const std::size_t at : {place, dump.find(part.substr(0, kBegin), place > kBack ? place - kBack : 0),
                               dump.find(part, place > kBack ? place - kBack : 0)}) {
    if (at > dump.size()) continue;
    const std::size_t agree = agreeing(part, dump.substr(at), with_zeros);
    if (2 * agree >= counts) return HeldPart{agree, std::min(at + part.size(), dump.size())};
  }
  return std::nullopt;
}

}  // namespace

double held_share(const SegmentView& truth, std::string_view dump) {
  const bool with_zeros = all_zero(truth.bytes);
  const std::size_t all = agreeing(truth.bytes, truth.bytes, with_zeros);
  std::size_t held = 0, place = 0;  // where in the dump the next part should stand
  for (std::size_t at = 0; at < truth.bytes.size();) {
    const std::string_view part = page_part(truth, at);
    at += part.size();
    const auto found = held_part(part, dump, place, with_zeros);
    if (!found) continue;
    held += found->bytes;
    place = found->end;
  }
  const double share = all == 0 ? 0 : static_cast<double>(held) / static_cast<double>(all);
  return dump.size() <= truth.bytes.size()
             ? share
             : share * static_cast<double>(truth.bytes.size()) / static_cast<double>(dump.size());
}

HeldPages held_pages(const SegmentView& truth, std::string_view dump, std::uint64_t first,
                     std::uint64_t last) {
  HeldPages pages;
  for (std::size_t at = 0; at < truth.bytes.size();) {
    const std::string_view part = page_part(truth, at);
    const std::uint64_t address = truth.start + at;
    at += part.size();
    if (address < first || address > last || last - address < part.size() - 1) continue;
    const bool held = dump.find(part) != std::string_view::npos;
    if (!held && pages.held == pages.all) pages.first_missing = address;
    ++pages.all;
    pages.held += held ? 1 : 0;
  }
  return pages;
}

}  // namespace memgrade::judge
