// at_least, at_most, between, near: a number that was observed, against bounds.
#include <fmt/format.h>

#include <cmath>
#include <harness/facts/facts.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

struct NumberParams {
  Comparison sides;
  std::optional<long double> low, high, within;

  explicit NumberParams(const Json& params)
      : sides(params),
        low(number(param(params, "low"))),
        high(number(param(params, "high"))),
        within(number(param(params, "within"))) {}
};

// A number, or the verdict that there is none.
using Number = std::expected<long double, Verdict>;

Number bound(const std::optional<long double>& given) {
  if (given) return *given;
  return std::unexpected(
      fail_verdict("a number", "nothing", "the case does not say which number is expected"));
}

Number bound_of(const Comparison& sides, const Observed& observed) {
  const Target limit = target(sides, observed);
  if (limit.value == nullptr) return std::unexpected(fail_verdict("a number", "nothing", limit.missing));
  if (const auto value = number_or_rate(*limit.value)) return *value;
  if (!facts::is_shown(*limit.value)) return std::unexpected(wrong_type(sides.to, *limit.value, "a number"));
  return std::unexpected(
      fail_verdict("a number", show(*limit.value), "the case does not say which number is expected"));
}

Number observed_number(const Comparison& sides, const Observed& observed) {
  const Json& value = fact(observed, sides.fact);
  if (const auto given = number_or_rate(value)) return *given;
  return std::unexpected(value.is_null() ? missing_fact(observed, sides.fact)
                                         : wrong_type(sides.fact, value, "a number"));
}

// `relation` is what a wrong number is to the bounds: "is less than 3".
Verdict held(const Comparison& sides, long double given, bool right, const std::string& expected,
             const std::string& relation) {
  if (right) return pass_verdict(expected, show(given));
  return fail_verdict(expected, show(given),
                      fmt::format("{}: {} {}", words_of(sides.fact), show(given), relation));
}

Verdict check_at_least(const Json& json, const Observed& observed) {
  const NumberParams params(json);
  const Number least = bound_of(params.sides, observed);
  if (!least) return least.error();
  const Number given = observed_number(params.sides, observed);
  if (!given) return given.error();
  return held(params.sides, *given, *given >= *least, "≥ " + show(*least), "is less than " + show(*least));
}

Verdict check_at_most(const Json& json, const Observed& observed) {
  const NumberParams params(json);
  const Number most = bound_of(params.sides, observed);
  if (!most) return most.error();
  const Number given = observed_number(params.sides, observed);
  if (!given) return given.error();
  if (auto nothing = untested(params.sides, observed)) return *std::move(nothing);
  return held(params.sides, *given, *given <= *most, "≤ " + show(*most), "is more than " + show(*most));
}

Verdict check_between(const Json& json, const Observed& observed) {
  const NumberParams params(json);
  const Number low = bound(params.low), high = bound(params.high);
  if (!low || !high) return low ? high.error() : low.error();
  const Number given = observed_number(params.sides, observed);
  if (!given) return given.error();
  return held(params.sides, *given, *low <= *given && *given <= *high,
              fmt::format("{} … {}", show(*low), show(*high)),
              fmt::format("is not between {} and {}", show(*low), show(*high)));
}

Verdict check_near(const Json& json, const Observed& observed) {
  const NumberParams params(json);
  const Number value = bound_of(params.sides, observed);
  if (!value) return value.error();
  const Number within = bound(params.within);
  if (!within) return within.error();
  const Number given = observed_number(params.sides, observed);
  if (!given) return given.error();
  return held(params.sides, *given, std::fabs(*given - *value) <= *within,
              fmt::format("{} ± {}", show(*value), show(*within)),
              fmt::format("is farther than {} from {}", show(*within), show(*value)));
}

std::vector<FieldSpec> bound_fields() {
  return {fact_field("The number that was observed."), value_field("The bound."),
          to_field("The fact that holds the bound, in place of `value`.")};
}

}  // namespace

Checker at_least_checker() {
  return {{.name = "at_least",
           .doc = "A number is not less than a bound.",
           .fields = bound_fields(),
           .inspect = needs_one_of({"value", "to"})},
          check_at_least};
}

Checker at_most_checker() {
  std::vector<FieldSpec> fields = bound_fields();
  fields.push_back(differs_from_field());
  return {{.name = "at_most",
           .doc = "A number is not more than a bound.",
           .fields = std::move(fields),
           .inspect = needs_one_of({"value", "to"})},
          check_at_most};
}

Checker between_checker() {
  return {
      {.name = "between",
       .doc = "A number lies between two bounds, the bounds included.",
       .fields = {fact_field("The number that was observed."),
                  {.key = "low", .type = FieldType::number, .required = true, .doc = "The lower bound."},
                  {.key = "high", .type = FieldType::number, .required = true, .doc = "The upper bound."}},
       .inspect = [](const Json& params) -> std::vector<SettingDiagnostic> {
         const NumberParams bounds(params);
         if (!bounds.low || !bounds.high || *bounds.low <= *bounds.high) return {};
         return {{"/low", "no number lies between these bounds: 'low' is more than 'high'"}};
       }},
      check_between};
}

Checker near_checker() {
  return {{.name = "near",
           .doc = "A number lies within a distance of the expected one, the distance included.",
           .fields = {fact_field("The number that was observed."),
                      value_field("The number that is expected."),
                      to_field("The fact that holds the expected number, in place of `value`."),
                      {.key = "within",
                       .type = FieldType::number,
                       .required = true,
                       .doc = "The largest distance that is accepted."}},
           .inspect = needs_one_of({"value", "to"})},
          check_near};
}

}  // namespace memgrade::judge
