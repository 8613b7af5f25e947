// Whole numbers in text of which all is the number: what machines and our own programs write. For what a
// student's program prints, see facts/numbers.hpp.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace memgrade {

// All of `text`, without sign or blanks, as a number of 64 bits.
[[nodiscard]] inline std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base = 10) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// The same, hexadecimal, with or without "0x".
[[nodiscard]] inline std::optional<std::uint64_t> parse_hex(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  return parse_unsigned(text, 16);
}

}  // namespace memgrade
