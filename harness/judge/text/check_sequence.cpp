#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/text/premise.hpp>
#include <harness/judge/text/regex.hpp>

namespace memgrade::judge {
namespace {

// The number (from 1) of the first line behind `after` that matches as a whole, or 0.
std::size_t find_line(const std::vector<std::string_view>& lines, std::size_t after, const RE2& match) {
  for (std::size_t i = after; i < lines.size(); ++i) {
    const std::string_view line = trim(lines[i]);
    if (RE2::FullMatch(re2::StringPiece(line.data(), line.size()), match)) return i + 1;
  }
  return 0;
}

std::string not_found(const ObservedText& text, const std::string& pattern, std::size_t after,
                      const std::vector<std::string_view>& lines) {
  if (after == 0)
    return fmt::format("{}: no line matches {}", words_of(text.name), quote(pattern_text(pattern)));
  return fmt::format("{}: no line after line {}, {}, matches {}", words_of(text.name), after,
                     quote_text(trim(lines[after - 1])), quote(pattern_text(pattern)));
}

struct SequenceParams {
  std::string fact;
  std::vector<std::string> patterns;

  explicit SequenceParams(const Json& params)
      : fact(text_param(params, "fact")), patterns(texts_param(params, "patterns")) {}
};

Verdict check_sequence(const Json& json, const Observed& observed) {
  const SequenceParams params(json);
  const auto& patterns = params.patterns;
  if (patterns.empty()) return fail_verdict("", "", "the case holds no expressions to look for");
  if (auto unmet = unmet_premise(json, observed)) return *unmet;
  const ObservedText text = observed_text(params.fact, observed);
  if (text.verdict) return *text.verdict;
  const auto lines = split_lines(text.text);
  const std::string expected = fmt::format("{} in this order", counted(patterns.size(), "line"));
  std::size_t after = 0;
  for (std::size_t p = 0; p < patterns.size(); ++p) {
    const auto match = expression(patterns[p]);
    if (!match->ok()) return fail_verdict("", "", "the case holds an expression that cannot be read");
    const std::size_t found = find_line(lines, after, *match);
    if (found == 0) {
      Verdict verdict = fail_verdict(expected, fmt::format("{} of them", p),
                                     trim(text.text).empty() ? why_missing(observed, text.name)
                                                             : not_found(text, patterns[p], after, lines));
      return verdict;
    }
    after = found;
  }
  return pass_verdict(expected, "all of them");
}

}  // namespace

Checker sequence_checker() {
  return {
      {.name = "sequence",
       .doc = "Lines that match these expressions stand in a text in this order; other lines may stand "
              "between them.",
       .fields = {fact_field("The text that was observed: `book.stdout`."),
                  premise_field(),
                  {.key = "patterns",
                   .type = FieldType::regex,
                   .required = true,
                   .list = true,
                   .doc =
                       "Each must match a whole line, blanks at its ends aside, behind the line of the one "
                       "before."}}},
      check_sequence};
}

}  // namespace memgrade::judge
