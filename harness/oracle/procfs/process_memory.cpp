#include <fmt/format.h>

#include <algorithm>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/oracle/procfs/process_memory.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kPfnMask = (std::uint64_t{1} << 55) - 1;

std::unexpected<Error> broken(std::string message, std::string_view record, std::size_t line = 0) {
  return fail(ErrorKind::infrastructure,
              fmt::format("the guest's record of {} is damaged: {}", record, message),
              line == 0 ? std::string() : fmt::format("line {}", line));
}

// "7f00-8000" -> both numbers, hexadecimal.
std::optional<std::pair<std::uint64_t, std::uint64_t>> range(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_unsigned(text.substr(0, dash), 16), to = parse_unsigned(text.substr(dash + 1), 16);
  if (!from || !to) return std::nullopt;
  return std::pair(*from, *to);
}

// Takes the word before the next blank, and the one blank.
bool are_permissions(std::string_view text) {
  constexpr std::string_view letters[] = {"r-", "w-", "x-", "ps"};
  if (text.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i)
    if (letters[i].find(text[i]) == std::string_view::npos) return false;
  return true;
}

// "55d0-55d1 r-xp 00000000 08:01 1234      /a name", the name up to the line's end.
std::optional<Vma> vma_of(std::string_view line) {
  const auto addresses = range(take_word(line));
  const std::string_view permissions = take_word(line), offset = take_word(line), device = take_word(line),
                         inode = take_word(line);
  const bool whole = addresses && addresses->first < addresses->second && are_permissions(permissions) &&
                     parse_unsigned(offset, 16) && device.find(':') != std::string_view::npos &&
                     parse_unsigned(inode, 10);
  if (!whole || addresses->first % page_bytes_linux != 0 || addresses->second % page_bytes_linux != 0)
    return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return Vma{addresses->first, addresses->second - 1, std::string(permissions), std::string(line)};
}

std::uint64_t word_at(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Calls `take` for each line, without its end, until it gives an error.
template <typename Take>
Status for_lines(std::string_view text, std::string_view record, Take take) {
  if (!text.empty() && text.back() != '\n') return broken("its last line is not whole", record);
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    ++line_number;
    if (Status status = take(text.substr(0, end), line_number); !status) return status;
    text.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

Result<std::vector<Vma>> parse_maps(std::string_view text) {
  std::vector<Vma> vmas;
  const Status status = for_lines(text, "maps", [&](std::string_view line, std::size_t at) -> Status {
    auto vma = vma_of(line);
    if (!vma) return broken(fmt::format("{} is no line of it", quote(line)), "maps", at);
    if (!vmas.empty() && vma->first <= vmas.back().last)
      return broken("its VMAs overlap or are out of order", "maps", at);
    if (vma->name != "[vsyscall]") vmas.push_back(*std::move(vma));
    return {};
  });
  if (!status) return std::unexpected(status.error());
  return vmas;
}

Result<std::vector<PresentPage>> parse_pages(std::string_view bytes) {
  if (bytes.size() % 16 != 0) return broken("its length is no multiple of 16", "pages");
  std::vector<PresentPage> pages;
  bool any_pfn = false;
  std::optional<std::uint64_t> before;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const std::uint64_t address = word_at(bytes, at), entry = word_at(bytes, at + 8);
    if (address % page_bytes_linux != 0) return broken("an address is not page-aligned", "pages");
    if (before && address <= *before) return broken("its addresses are out of order", "pages");
    before = address;
    if ((entry & kPresent) == 0) continue;
    pages.push_back({address, entry & kPfnMask});
    any_pfn = any_pfn || pages.back().pfn != 0;
  }
  if (!pages.empty() && !any_pfn) return broken("PFNs are hidden from its reader", "pages");
  return pages;
}

Result<SegmentBytes> parse_segment(std::string_view record, std::string_view what) {
  if (record.size() < 16) return broken("it is too short", what);
  SegmentBytes segment{word_at(record, 0), word_at(record, 8), std::string(record.substr(16))};
  if (segment.end < segment.start) return broken("it ends before it starts", what);
  if (segment.end - segment.start != segment.bytes.size())
    return broken(fmt::format("{} of {} bytes are there", segment.bytes.size(), segment.end - segment.start),
                  what);
  return segment;
}

std::optional<std::uint64_t> pid_of_stat(std::string_view text) {
  return parse_unsigned(text.substr(0, text.find(' ')), 10);
}

std::optional<std::uint64_t> pid_of_status(std::string_view text) {
  for (const std::string_view line : split_lines(text))
    if (line.starts_with("Pid:")) return parse_unsigned(trim(line.substr(4)), 10);
  return std::nullopt;
}

}  // namespace memgrade::oracle
