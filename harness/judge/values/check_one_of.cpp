#include <fmt/format.h>

#include <algorithm>
#include <harness/facts/facts.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kShown = 8;

std::string choice_of(const Json& values) {
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), kShown); ++i)
    text += (i == 0 ? "" : " or ") + show(values[i]);
  return values.size() > kShown ? text + fmt::format(" or one of {} more", values.size() - kShown) : text;
}

Verdict check_one_of(const Json& params, const Observed& observed) {
  const Comparison sides(params, "values");
  const Target accepted = target(sides, observed);
  if (accepted.value == nullptr) return fail_verdict("", "", accepted.missing);
  const Json values = accepted.value->is_array() ? *accepted.value : Json::array({*accepted.value});
  const std::string expected = choice_of(values);
  const Json& value = fact(observed, sides.fact);
  if (value.is_null()) return missing_fact(observed, sides.fact, expected);
  if (!facts::is_shown(value)) return wrong_type(sides.fact, value, expected);
  if (std::ranges::any_of(values, [&](const Json& one) { return same_value(value, one); }))
    return pass_verdict(expected, show(value));
  return fail_verdict(expected, show(value),
                      fmt::format("{}: {} where {} is expected", words_of(sides.fact), show(value),
                                  values.empty() ? "nothing" : expected));
}

}  // namespace

Checker one_of_checker() {
  return {{.name = "one_of",
           .doc = "A number or a text is one of several that are right.",
           .fields = {fact_field("What was observed."),
                      {.key = "values", .type = FieldType::scalar, .list = true, .doc = "What is accepted."},
                      to_field("The fact that holds what is accepted, a list or a single value, in place of "
                               "`values`.")},
           .inspect = needs_one_of({"values", "to"})},
          check_one_of};
}

}  // namespace memgrade::judge
