#include <fmt/format.h>

#include <harness/facts/facts.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

Verdict check_equals(const Json& params, const Observed& observed) {
  const Comparison sides(params);
  const Target expected = target(sides, observed);
  if (expected.value == nullptr) return fail_verdict("", "", expected.missing);
  const Json& value = fact(observed, sides.fact);
  if (value.is_null()) return missing_fact(observed, sides.fact, show(*expected.value));
  if (!facts::is_shown(value)) return wrong_type(sides.fact, value, show(*expected.value));
  if (auto nothing = untested(sides, observed)) return *std::move(nothing);
  if (same_value(value, *expected.value)) return pass_verdict(show(*expected.value), show(value));
  return fail_verdict(
      show(*expected.value), show(value),
      fmt::format("{}: {} where {} is expected", words_of(sides.fact), show(value), show(*expected.value)));
}

}  // namespace

Checker equals_checker() {
  return {{.name = "equals",
           .doc = "A number, a text or a truth value is exactly the expected one. Numbers are compared by "
                  "value.",
           .fields = {fact_field("What was observed."), value_field("What is expected."),
                      to_field("The fact that holds what is expected, in place of `value`."),
                      differs_from_field()},
           .inspect = needs_one_of({"value", "to"})},
          check_equals};
}

}  // namespace memgrade::judge
