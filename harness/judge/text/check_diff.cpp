#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/text/text_lines.hpp>

namespace memgrade::judge {
namespace {

struct DiffParams {
  Comparison sides;
  std::size_t context;  // lines

  explicit DiffParams(const Json& params)
      : sides(params), context(static_cast<std::size_t>(number(param(params, "context")).value_or(0))) {}
};

Verdict check_diff(const Json& json, const Observed& observed) {
  const DiffParams params(json);
  return compare_texts(params.sides, observed, true, same_words_and_values, params.context);
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
                   .fallback = 3,
                   .unit = "lines",
                   .doc = "Lines shown before and after the difference.",
                   .minimum = 0,
                   .maximum = 20}},
       .inspect = needs_one_of({"value", "to"})},
      check_diff};
}

}  // namespace memgrade::judge
