#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/oracle/paging/trace.hpp>
#include <map>
#include <optional>

namespace memgrade::oracle {
namespace {

// The integer modulo 2^64, which keeps every low bit however long the number is.
std::optional<std::uint64_t> low_bits(std::string_view number) {
  const bool negative = number.starts_with('-');
  if (negative || number.starts_with('+')) number.remove_prefix(1);
  if (number.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : number) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return negative ? 0 - value : value;
}

// The address of each line; nothing when one is no integer.
std::optional<std::vector<std::uint64_t>> addresses_of(const std::vector<std::string>& lines,
                                                       const AddressSpace& space) {
  std::vector<std::uint64_t> addresses;
  addresses.reserve(lines.size());
  for (const std::string& line : lines) {
    const std::optional<std::uint64_t> value = low_bits(trim(line));
    if (!value) return std::nullopt;
    addresses.push_back(*value % space.bytes());
  }
  return addresses;
}

std::uint64_t smallest_unused_page(const std::vector<std::uint64_t>& addresses, const AddressSpace& space) {
  std::vector<bool> used(space.pages, false);
  for (const std::uint64_t address : addresses) used[address / space.page_bytes] = true;
  const auto first = std::find(used.begin(), used.end(), false);
  return static_cast<std::uint64_t>(first - used.begin());
}

// The whole trace with its pages numbered 0, 1, 2, … as they first come, with offsets 0 and with its own:
// when the numbers do not matter, one question settles all lines.
std::vector<std::vector<std::string>> normal_forms(const std::vector<std::string>& lines,
                                                   const std::vector<std::uint64_t>& addresses,
                                                   const AddressSpace& space) {
  std::map<std::uint64_t, std::uint64_t> number_of;
  std::vector<std::string> bare, with_offsets;
  for (const std::uint64_t address : addresses) {
    const std::uint64_t page =
        number_of.try_emplace(address / space.page_bytes, number_of.size()).first->second;
    bare.push_back(fmt::to_string(page * space.page_bytes));
    with_offsets.push_back(fmt::to_string(page * space.page_bytes + address % space.page_bytes));
  }
  std::vector<std::vector<std::string>> forms;
  if (bare != lines) forms.push_back(bare);
  if (with_offsets != lines && with_offsets != bare) forms.push_back(with_offsets);
  return forms;
}

}  // namespace

Result<std::vector<std::uint64_t>> parse_trace(std::string_view text, std::string_view file,
                                               const AddressSpace& space) {
  std::vector<std::uint64_t> addresses;
  std::size_t line_number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++line_number;
    const std::string_view number = trim(line);
    if (number.empty()) continue;
    const std::optional<std::uint64_t> value = low_bits(number);
    if (!value)
      return fail(ErrorKind::case_file, fmt::format("{} is no integer", quote(number, 40)),
                  fmt::format("{}:{}", file, line_number));
    addresses.push_back(*value % space.bytes());
  }
  return addresses;
}

std::vector<std::string> trace_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(text))
    if (!trim(line).empty()) lines.emplace_back(line);
  return lines;
}

std::string trace_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line;
    text += '\n';
  }
  return text;
}

std::vector<std::vector<std::string>> simpler_traces(const std::vector<std::string>& lines, std::size_t index,
                                                     const AddressSpace& space) {
  const auto addresses = addresses_of(lines, space);
  if (!addresses || index >= lines.size()) return {};
  const std::uint64_t page = (*addresses)[index] / space.page_bytes;
  const std::uint64_t offset = (*addresses)[index] % space.page_bytes;

  std::vector<std::vector<std::string>> simpler;
  if (index == 0) simpler = normal_forms(lines, *addresses, space);
  const auto offer = [&](std::uint64_t new_page, std::uint64_t new_offset) {
    std::vector<std::string> changed = lines;
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (new_page != page && (*addresses)[i] / space.page_bytes == page)
        changed[i] = fmt::to_string(new_page * space.page_bytes + (*addresses)[i] % space.page_bytes);
    changed[index] = fmt::to_string(new_page * space.page_bytes + new_offset);
    if (changed != lines && std::find(simpler.begin(), simpler.end(), changed) == simpler.end())
      simpler.push_back(std::move(changed));
  };
  const std::uint64_t smaller = smallest_unused_page(*addresses, space);
  if (smaller < page) {
    offer(smaller, 0);
    if (offset != 0) offer(smaller, offset);
  }
  if (offset != 0) offer(page, 0);
  offer(page, offset);
  return simpler;
}

}  // namespace memgrade::oracle
