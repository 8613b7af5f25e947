#include <charconv>
#include <harness/base/text.hpp>
#include <harness/facts/number_tokens.hpp>

namespace memgrade::facts {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_hex_digit(char letter) {
  return is_digit(letter) || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
}
bool is_word_letter(char letter) {
  return is_digit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         letter == '_';
}

std::size_t end_of_digits(std::string_view line, std::size_t at) {
  while (at < line.size() && is_digit(line[at])) ++at;
  return at;
}

// Behind "1,244" or "1,244,000" when `at` stands behind its first one to three digits; else `at`.
std::size_t end_of_groups(std::string_view line, std::size_t begin, std::size_t at) {
  if (at - begin > 3) return at;
  std::size_t end = at;
  while (end < line.size() && line[end] == ',' && end_of_digits(line, end + 1) == end + 4) end += 4;
  return end;
}

std::size_t end_of_hex_digits(std::string_view line, std::size_t at) {
  while (at < line.size() && is_hex_digit(line[at])) ++at;
  return at;
}

bool begins_0x(std::string_view line, std::size_t at) {
  return at + 2 < line.size() && line[at] == '0' && (line[at + 1] == 'x' || line[at + 1] == 'X') &&
         is_hex_digit(line[at + 2]);
}

// Where a sign that belongs to the number at `at` stands, else `at`: "-5", but not "20-5" or "page-5".
std::size_t with_sign(std::string_view line, std::size_t at) {
  if (at == 0 || (line[at - 1] != '-' && line[at - 1] != '+')) return at;
  if (at == 1) return 0;
  const char before = line[at - 2];
  const bool separates = is_word_letter(before) || before == ')' || before == '-' || before == '+';
  return separates ? at : at - 1;
}

// The end of a decimal number that begins at `at` with a digit or with ".5".
std::size_t end_of_decimal(std::string_view line, std::size_t at, Commas commas) {
  std::size_t end = end_of_digits(line, at);
  if (commas == Commas::group) end = end_of_groups(line, at, end);
  if (end < line.size() && line[end] == '.') {
    const std::size_t fraction = end_of_digits(line, end + 1);
    if (fraction > end + 1) end = fraction;
  }
  if (end + 1 < line.size() && (line[end] == 'e' || line[end] == 'E')) {
    const std::size_t sign = end + 1 + (line[end + 1] == '-' || line[end + 1] == '+' ? 1 : 0);
    const std::size_t exponent = end_of_digits(line, sign);
    if (exponent > sign && (exponent == line.size() || !is_word_letter(line[exponent]))) end = exponent;
  }
  return end;
}

struct Extent {
  std::size_t begin = 0, end = 0;
  bool hexadecimal = false;
};

std::optional<Extent> decimal_at(std::string_view line, std::size_t at, Commas commas) {
  const bool fraction = line[at] == '.' && at + 1 < line.size() && is_digit(line[at + 1]);
  if (!is_digit(line[at]) && !fraction) return std::nullopt;
  if (begins_0x(line, at) && (at == 0 || !is_word_letter(line[at - 1])))
    return Extent{with_sign(line, at), end_of_hex_digits(line, at + 2), true};
  return Extent{with_sign(line, at), end_of_decimal(line, at, commas), false};
}

// A whole word of hexadecimal digits.
std::optional<Extent> hexadecimal_at(std::string_view line, std::size_t at) {
  if (!is_word_letter(line[at]) || (at > 0 && is_word_letter(line[at - 1]))) return std::nullopt;
  const std::size_t digits = begins_0x(line, at) ? at + 2 : at;
  const std::size_t end = end_of_hex_digits(line, digits);
  if (end == digits || (end < line.size() && is_word_letter(line[end]))) return std::nullopt;
  return Extent{at, end, true};
}

}  // namespace

std::vector<NumberToken> numbers_in(std::string_view line, Radix radix, Commas commas) {
  std::vector<NumberToken> tokens;
  std::size_t label = 0;
  for (std::size_t at = 0; at < line.size();) {
    const auto found = radix == Radix::decimal ? decimal_at(line, at, commas) : hexadecimal_at(line, at);
    if (!found) {
      ++at;
      continue;
    }
    tokens.push_back({line.substr(found->begin, found->end - found->begin),
                      line.substr(label, found->begin - label), found->begin, found->end,
                      found->hexadecimal});
    label = at = found->end;
  }
  return tokens;
}

std::optional<std::int64_t> whole_number(const NumberToken& token) {
  std::string_view text = token.text;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (token.hexadecimal && (text.starts_with("0x") || text.starts_with("0X"))) text.remove_prefix(2);
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, token.hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return negative ? -value : value;
}

std::string normal_label(std::string_view label) {
  std::string normal;
  for (const char letter : label) {
    const bool blank = letter == ' ' || letter == '\t' || letter == '\v' || letter == '\f';
    if (!blank) {
      normal += letter;
    } else if (!normal.empty() && normal.back() != ' ') {
      normal += ' ';
    }
  }
  if (normal.ends_with(' ')) normal.pop_back();
  return to_lower(normal);
}

}  // namespace memgrade::facts
