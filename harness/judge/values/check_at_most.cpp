#include <fmt/format.h>

#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

Verdict check_at_most(const Json& params, const Observed& observed) {
  const Numbers numbers = numbers_of(params, observed, {"value"});
  if (numbers.verdict) return *numbers.verdict;
  if (auto nothing = untested(params, observed)) return *std::move(nothing);
  const long double bound = numbers.limits[0];
  const std::string expected = "≤ " + show(bound);
  if (numbers.observed <= bound) return pass_verdict(expected, show(numbers.observed));
  return fail_verdict(expected, show(numbers.observed),
                      fmt::format("{}: {} is more than {}", words_of(text_param(params, "fact")),
                                  show(numbers.observed), show(bound)));
}

}  // namespace

Checker at_most_checker() {
  return {{.name = "at_most",
           .doc = "A number is not more than a bound.",
           .fields = {fact_field("The number that was observed."), value_field("The bound."),
                      to_field("The fact that holds the bound, in place of `value`."), differs_from_field()},
           .inspect = needs_one_of({"value", "to"})},
          check_at_most};
}

}  // namespace memgrade::judge
