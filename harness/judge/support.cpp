#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/facts/facts.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

const Json kNull = nullptr;

}  // namespace

const Json& param(const Json& params, std::string_view key) {
  if (!params.is_object()) return kNull;
  const auto found = params.find(std::string(key));
  return found == params.end() ? kNull : *found;
}

std::string text_param(const Json& params, std::string_view key) {
  const Json& value = param(params, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<std::string> texts_param(const Json& params, std::string_view key) {
  const Json& value = param(params, key);
  std::vector<std::string> texts;
  if (value.is_string()) texts.push_back(value.get<std::string>());
  if (!value.is_array()) return texts;
  for (const Json& text : value)
    if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

std::optional<long double> number(const Json& value) {
  if (value.is_number_unsigned()) return static_cast<long double>(value.get<std::uint64_t>());
  if (value.is_number_integer()) return static_cast<long double>(value.get<std::int64_t>());
  if (!value.is_number_float()) return std::nullopt;
  const double real = value.get<double>();
  if (!std::isfinite(real)) return std::nullopt;
  return static_cast<long double>(real);
}

std::optional<long double> number_or_rate(const Json& value) {
  if (!value.is_object()) return number(value);
  const auto count = facts::count_of(value);
  return count ? std::optional<long double>(*count) : std::nullopt;
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_object() || b.is_object()) {
    const Json& rate = a.is_object() ? a : b;
    const auto count = facts::count_of(a.is_object() ? b : a);
    return count && facts::stands_for(rate, *count);
  }
  if (a.is_number() || b.is_number()) {
    const auto left = number(a);
    const auto right = number(b);
    return left && right && *left == *right;
  }
  if (a.is_string() && b.is_string())
    return a.get_ref<const std::string&>() == b.get_ref<const std::string&>();
  return a.is_boolean() && b.is_boolean() && a.get<bool>() == b.get<bool>();
}

std::string show(const Json& value) {
  if (value.is_null()) return "nothing";
  if (value.is_string()) return quote_text(value.get_ref<const std::string&>());
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_float()) return plain_number(value.get<double>());
  if (value.is_number()) return value.dump();
  // Not written out: what a program printed may be nested a million deep.
  if (value.is_array()) return fmt::format("a list of {}", counted(value.size(), "value"));
  if (const Json& rate = param(value, "rate"); rate.is_string())
    return fmt::format("a rate of {}", printable(shorten(rate.get_ref<const std::string&>(), 40)));
  if (param(value, "rows").is_number())
    return fmt::format("a table of {} lines", param(value, "rows").dump());
  return "an object";
}

std::string quote_text(std::string_view text) {
  // More than quote() shows, so that what is left out here is marked as left out there.
  return quote(text.substr(0, 1024));
}

std::string show(long double value) {
  if (value == std::floor(value) && std::fabs(value) < 1.8e19L) return fmt::format("{:.0f}", value);
  return plain_number(static_cast<double>(value));
}

std::string words_of(std::string_view fact_name) {
  const std::string_view last = fact_name.substr(fact_name.rfind('.') + 1);
  return replace_all(std::string(last), "_", " ");
}

Comparison::Comparison(const Json& params, std::string_view value_field)
    : fact(text_param(params, "fact")),
      to(text_param(params, "to")),
      differs_from(text_param(params, "differs_from")) {
  if (const Json& given = param(params, value_field); !given.is_null()) value = &given;
}

Target target(const Comparison& sides, const Observed& observed) {
  if (sides.value != nullptr) return {sides.value, {}};
  if (sides.to.empty()) return {nullptr, "the case does not say what is expected"};
  const Json& truth = fact(observed, sides.to);
  if (truth.is_null()) return {nullptr, why_missing(observed, sides.to)};
  return {&truth, {}};
}

std::optional<Verdict> untested(const Comparison& sides, const Observed& observed) {
  if (sides.differs_from.empty()) return std::nullopt;
  const Json& value = fact(observed, sides.fact);
  const Json& same = fact(observed, sides.differs_from);
  if (same.is_null()) return missing_fact(observed, sides.differs_from);
  if (value.is_null() || !same_value(value, same)) return std::nullopt;
  const std::string run = sides.differs_from.substr(0, sides.differs_from.find('.'));
  return fail_verdict("a number that changes", show(value),
                      fmt::format("{}: {} here and in the run {} alike, so nothing is shown",
                                  words_of(sides.fact), show(value), quote_text(run)));
}

FieldSpec differs_from_field() {
  return {.key = "differs_from",
          .type = FieldType::fact,
          .doc = "A fact that must be another than the observed one: what never changes shows no property."};
}

Verdict missing_fact(const Observed& observed, std::string_view fact_name, std::string expected) {
  return fail_verdict(std::move(expected), "nothing", why_missing(observed, fact_name));
}

Verdict wrong_type(std::string_view fact_name, const Json& value, std::string_view needed) {
  if (!facts::is_shown(value))
    return fail_verdict(
        std::string(needed), show(value),
        fmt::format("{}: {} is too coarse to tell one count from another; a count, or a rate with "
                    "three decimals (24.4%), can be judged",
                    words_of(fact_name), show(value)));
  return fail_verdict(std::string(needed), show(value),
                      fmt::format("{}: {} where {} is expected", words_of(fact_name), show(value), needed));
}

FieldSpec fact_field(std::string doc) {
  return {.key = "fact", .type = FieldType::fact, .required = true, .doc = std::move(doc)};
}

FieldSpec run_field(std::string doc) {
  return {.key = "run",
          .type = FieldType::name,
          .required = true,
          .doc = std::move(doc),
          .refers_to = Reference{"run"}};
}

FieldSpec to_field(std::string doc) {
  return {.key = "to", .type = FieldType::fact, .doc = std::move(doc)};
}

FieldSpec value_field(std::string doc) {
  return {.key = "value", .type = FieldType::scalar, .doc = std::move(doc)};
}

std::function<std::vector<SettingDiagnostic>(const Json& params)> needs_one_of(
    std::vector<std::string> keys) {
  return [keys = std::move(keys)](const Json& params) -> std::vector<SettingDiagnostic> {
    const auto given =
        std::ranges::count_if(keys, [&](const std::string& key) { return !param(params, key).is_null(); });
    if (given == 1) return {};
    return {
        {"", fmt::format("{} one of the keys {}", given == 0 ? "needs" : "can have only", join(keys, ", "))}};
  };
}

}  // namespace memgrade::judge
