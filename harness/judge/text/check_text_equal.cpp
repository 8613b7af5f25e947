#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/text/text_lines.hpp>

namespace memgrade::judge {
namespace {

std::string_view without_trailing_space(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \t\r\v\f");
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

struct TextEqualParams {
  Comparison sides;
  bool ignore_trailing_space, ignore_case, ignore_blank_lines;

  explicit TextEqualParams(const Json& params) : sides(params) {
    const auto ignore = texts_param(params, "ignore");
    const auto ignores = [&](std::string_view what) {
      return std::ranges::find(ignore, what) != ignore.end();
    };
    ignore_trailing_space = ignores("trailing_space");
    ignore_case = ignores("case");
    ignore_blank_lines = ignores("blank_lines");
  }
};

Verdict check_text_equal(const Json& json, const Observed& observed) {
  const TextEqualParams params(json);
  const SameLine same = [&](std::string_view a, std::string_view b) {
    if (params.ignore_trailing_space) a = without_trailing_space(a), b = without_trailing_space(b);
    return params.ignore_case ? to_lower(a) == to_lower(b) : a == b;
  };
  return compare_texts(params.sides, observed, params.ignore_blank_lines, same, 2);
}

}  // namespace

Checker text_equal_checker() {
  return {{.name = "text_equal",
           .doc = "A text is the expected one, line by line. LF and CRLF are the same line end, and a last "
                  "line may lack one.",
           .fields = {fact_field("The text that was observed: `book.stdout`, or a text fact."),
                      value_field("The text that is expected."),
                      to_field("The fact that holds the expected text, in place of `value`."),
                      {.key = "ignore",
                       .type = FieldType::choice,
                       .list = true,
                       .doc = "Differences that do not count.",
                       .choices = {"trailing_space", "case", "blank_lines"}}},
           .inspect = needs_one_of({"value", "to"})},
          check_text_equal};
}

}  // namespace memgrade::judge
