#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/text/regex.hpp>

namespace memgrade::judge {
namespace {

Verdict check_matches(const Json& params, const Observed& observed) {
  const std::string pattern = text_param(params, "pattern");
  const Subject text = text_subject(params, observed);
  if (text.verdict) return *text.verdict;
  const auto match = expression(pattern);
  if (pattern.empty() || !match->ok())
    return fail_verdict("", "", "the case holds no expression to look for");
  const std::string expected = "matches " + quote(pattern_text(pattern));
  if (matches_anywhere(*match, text.text))
    return pass_verdict(expected, quote_text(first_match(*match, text.text)));
  Verdict verdict = fail_verdict(
      expected, summary(text.text),
      fmt::format("{}: nothing in it matches {}", words_of(text.name), quote(pattern_text(pattern))));
  if (trim(text.text).empty()) verdict.message = why_missing(observed, text.name);
  return verdict;
}

}  // namespace

Checker matches_checker() {
  return {{.name = "matches",
           .doc = "An expression matches somewhere in a text.",
           .fields = {fact_field("The text that was observed, or a number as it is written."),
                      {.key = "pattern",
                       .type = FieldType::regex,
                       .required = true,
                       .doc = "What is looked for; `^` and `$` are the ends of a line."}}},
          check_matches};
}

}  // namespace memgrade::judge
