#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/text/text_lines.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kContext = 3, kMostContext = 20;

Verdict check_diff(const Json& params, const Observed& observed) {
  const auto given = number(param(params, "context"));
  const std::size_t context =
      given && *given >= 0 && *given <= kMostContext ? static_cast<std::size_t>(*given) : kContext;
  return compare_texts(params, observed, true, same_words_and_values, context);
}

}  // namespace

Checker diff_checker() {
  return {
      {.name = "diff",
       .doc = "A text says the same as the expected one: blank lines and the width of blanks do not count, "
              "and numbers are compared by value (0.50 is 0.5). Shows the first difference in context.",
       .fields = {fact_field("The text that was observed: `book.stdout`, or a text fact."),
                  value_field("The text that is expected."),
                  to_field("The fact that holds the expected text, in place of `value`."),
                  {.key = "context",
                   .type = FieldType::integer,
                   .fallback = kContext,
                   .unit = "lines",
                   .doc = "Lines shown before and after the difference.",
                   .minimum = 0,
                   .maximum = kMostContext}},
       .inspect = needs_one_of({"value", "to"})},
      check_diff};
}

}  // namespace memgrade::judge
