#include <fmt/format.h>
#include <re2/re2.h>
#include <array>
#include <charconv>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/casefile/scalars.hpp>
#include <limits>

namespace memgrade::casefile {
namespace {

bool is_real(std::string_view text) {
  static const RE2 pattern(R"([-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)");
  return RE2::FullMatch({text.data(), text.size()}, pattern);
}

bool is_whole(std::string_view text) {
  static const RE2 pattern("[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+");
  return RE2::FullMatch({text.data(), text.size()}, pattern);
}

bool is_not_finite(std::string_view text) {
  static const RE2 pattern(R"([-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))");
  return RE2::FullMatch({text.data(), text.size()}, pattern);
}

template <typename Number, typename... Base>
std::optional<Number> parse(std::string_view digits, Base... base) {
  Number number{};
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, number, base...);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return number;
}

std::expected<Json, std::string> whole_number(std::string_view text) {
  std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const bool hexadecimal = digits.starts_with("0x");
  if (hexadecimal) digits.remove_prefix(2);
  const int base = hexadecimal ? 16 : 10;
  if (const auto number = parse<std::int64_t>(digits, base)) return Json(*number);
  if (const auto number = parse<std::uint64_t>(digits, base)) return Json(*number);
  return std::unexpected(fmt::format("the number {} does not fit 64 bits", shorten(text, 60)));
}

std::expected<Json, std::string> real_number(std::string_view text) {
  const auto number = parse<double>(text.starts_with('+') ? text.substr(1) : text);
  if (number && std::isfinite(*number)) return Json(*number);
  return std::unexpected(fmt::format("the number {} is out of range", shorten(text, 60)));
}

struct Unit {
  std::string_view name;
  double bytes;
};
constexpr std::array<Unit, 7> units = {{{"B", 1},
                                        {"KiB", 1024},
                                        {"MiB", 1024.0 * 1024},
                                        {"GiB", 1024.0 * 1024 * 1024},
                                        {"kB", 1e3},
                                        {"MB", 1e6},
                                        {"GB", 1e9}}};

}  // namespace

std::expected<Json, std::string> plain_value(const YamlNode& node) {
  const std::string& text = node.text;
  if (node.quoted) return Json(text);
  if (text == "true" || text == "True" || text == "TRUE") return Json(true);
  if (text == "false" || text == "False" || text == "FALSE") return Json(false);
  if (is_whole(text)) return whole_number(text);
  if (is_real(text)) return real_number(text);
  if (is_not_finite(text)) return std::unexpected(text + " is not a number that can be compared");
  return Json(text);
}

std::expected<std::uint64_t, std::string> size_in_bytes(std::string_view text) {
  constexpr std::string_view form = "expected a number of bytes, or one with KiB, MiB, GiB, kB, MB or GB";
  static const RE2 pattern("([0-9]+)(\\.[0-9]+)?(?: *([A-Za-z]+))?");
  std::string whole, fraction, unit;
  if (!RE2::FullMatch({text.data(), text.size()}, pattern, &whole, &fraction, &unit)) {
    return std::unexpected(fmt::format("{}, found {}", form, shown(text)));
  }
  double factor = unit.empty() ? 1 : 0;
  std::vector<std::string> names;
  for (const Unit& known : units) {
    if (known.name == unit) factor = known.bytes;
    names.emplace_back(known.name);
  }
  if (factor == 0)
    return std::unexpected(fmt::format("unknown unit {}{}", shown(unit), did_you_mean(unit, names)));
  const auto count = parse<std::uint64_t>(whole);
  const double rest = fraction.empty() ? 0 : parse<double>("0" + fraction).value_or(0) * factor;
  if (rest != std::floor(rest)) return std::unexpected(shown(text) + " is not a whole number of bytes");
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto unit_bytes = static_cast<std::uint64_t>(factor);
  if (!count || *count > most / unit_bytes || *count * unit_bytes > most - static_cast<std::uint64_t>(rest)) {
    return std::unexpected(shown(text) + " does not fit 64 bits");
  }
  return *count * unit_bytes + static_cast<std::uint64_t>(rest);
}

bool is_name(std::string_view text) {
  static const RE2 pattern("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
  return RE2::FullMatch({text.data(), text.size()}, pattern);
}

bool is_placeholder(std::string_view text) {
  static const RE2 pattern(R"(\{[A-Za-z_][A-Za-z0-9_]*(?::[a-z]+)?\})");
  return RE2::FullMatch({text.data(), text.size()}, pattern);
}

std::string what_it_is(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::nothing:
      return "nothing";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
    case YamlNode::Kind::scalar:
      break;
  }
  const auto value = plain_value(node);
  if (value && value->is_boolean()) return node.text;
  if (!value || value->is_number()) return "the number " + shorten(node.text, 60);
  return "the text " + shown(node.text);
}

}  // namespace memgrade::casefile
