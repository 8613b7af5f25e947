#include <fmt/format.h>

#include <cmath>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

Verdict check_near(const Json& params, const Observed& observed) {
  const Numbers numbers = numbers_of(params, observed, {"value", "within"});
  if (numbers.verdict) return *numbers.verdict;
  const long double value = numbers.limits[0], within = numbers.limits[1];
  const std::string expected = fmt::format("{} ± {}", show(value), show(within));
  if (std::fabs(numbers.observed - value) <= within) return pass_verdict(expected, show(numbers.observed));
  return fail_verdict(expected, show(numbers.observed),
                      fmt::format("{}: {} is farther than {} from {}", words_of(text_param(params, "fact")),
                                  show(numbers.observed), show(within), show(value)));
}

}  // namespace

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
