#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/text/regex.hpp>

namespace memgrade::judge {
namespace {

Verdict check_matches(const Json& json, const Observed& observed) {
  const PatternSearch search = look_for(PatternParams(json), observed);
  if (search.verdict) return *search.verdict;
  const std::string expected = "matches " + search.pattern;
  if (search.line) return pass_verdict(expected, *search.line);
  const std::string &name = search.text.name, &text = search.text.text;
  if (trim(text).empty()) return fail_verdict(expected, summary(text), why_missing(observed, name));
  return fail_verdict(expected, summary(text),
                      fmt::format("{}: nothing in it matches {}", words_of(name), search.pattern));
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
