#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/oracle/paging/trace.hpp>
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

}  // namespace memgrade::oracle
