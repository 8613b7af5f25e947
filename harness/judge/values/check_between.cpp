#include <fmt/format.h>

#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

Verdict check_between(const Json& params, const Observed& observed) {
  const Numbers numbers = numbers_of(params, observed, {"low", "high"});
  if (numbers.verdict) return *numbers.verdict;
  const long double low = numbers.limits[0], high = numbers.limits[1];
  const std::string expected = fmt::format("{} … {}", show(low), show(high));
  if (low <= numbers.observed && numbers.observed <= high)
    return pass_verdict(expected, show(numbers.observed));
  return fail_verdict(expected, show(numbers.observed),
                      fmt::format("{}: {} is not between {} and {}", words_of(text_param(params, "fact")),
                                  show(numbers.observed), show(low), show(high)));
}

}  // namespace

Checker between_checker() {
  return {
      {.name = "between",
       .doc = "A number lies between two bounds, the bounds included.",
       .fields = {fact_field("The number that was observed."),
                  {.key = "low", .type = FieldType::number, .required = true, .doc = "The lower bound."},
                  {.key = "high", .type = FieldType::number, .required = true, .doc = "The upper bound."}}},
      check_between};
}

}  // namespace memgrade::judge
