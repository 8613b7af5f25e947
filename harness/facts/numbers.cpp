#include <charconv>
#include <cmath>
#include <cstdint>
#include <harness/facts/numbers.hpp>
#include <limits>

namespace memgrade::facts {
namespace {

template <typename Number, typename... Format>
std::optional<Number> whole(std::string_view text, Format... format) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format...);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<Json> integer_of(std::string_view text) {
  const bool negative = take_prefix(text, "-");
  if (!negative) take_prefix(text, "+");
  const int base = take_prefix(text, "0x") || take_prefix(text, "0X") ? 16 : 10;
  // A second sign would be taken by from_chars.
  if (text.starts_with('-')) return std::nullopt;
  const auto magnitude = whole<std::uint64_t>(text, base);
  if (!magnitude) return std::nullopt;
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (negative) {
    if (*magnitude > largest + 1) return std::nullopt;
    return Json(static_cast<std::int64_t>(0 - *magnitude));
  }
  if (*magnitude <= largest) return Json(static_cast<std::int64_t>(*magnitude));
  return Json(*magnitude);
}

std::optional<Json> number_of(std::string_view text) {
  if (auto integer = integer_of(text)) return integer;
  if (text.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
  if (take_prefix(text, "+") && text.starts_with('-')) return std::nullopt;
  const auto value = whole<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return Json(*value);
}

std::optional<Json> rounded(double value) {
  constexpr double limit = 9007199254740992.0;
  if (!std::isfinite(value) || std::fabs(value) >= limit) return std::nullopt;
  return Json(static_cast<std::int64_t>(std::llround(value)));
}

}  // namespace memgrade::facts
