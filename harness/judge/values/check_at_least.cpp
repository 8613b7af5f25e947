#include <fmt/format.h>

#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

Verdict check_at_least(const Json& params, const Observed& observed) {
  const Numbers numbers = numbers_of(params, observed, {"value"});
  if (numbers.verdict) return *numbers.verdict;
  const long double bound = numbers.limits[0];
  const std::string expected = "≥ " + show(bound);
  if (numbers.observed >= bound) return pass_verdict(expected, show(numbers.observed));
  return fail_verdict(expected, show(numbers.observed),
                      fmt::format("{}: {} is less than {}", words_of(text_param(params, "fact")),
                                  show(numbers.observed), show(bound)));
}

}  // namespace

Checker at_least_checker() {
  return {{.name = "at_least",
           .doc = "A number is not less than a bound.",
           .fields = {fact_field("The number that was observed."), value_field("The bound."),
                      to_field("The fact that holds the bound, in place of `value`.")},
           .inspect = needs_one_of({"value", "to"})},
          check_at_least};
}

}  // namespace memgrade::judge
