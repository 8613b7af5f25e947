#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/text/premise.hpp>
#include <harness/judge/text/regex.hpp>

namespace memgrade::judge {

std::optional<Verdict> unmet_premise(const Json& params, const Observed& observed) {
  const Json& premise = param(params, "premise");
  if (!premise.is_object()) return std::nullopt;
  const std::string pattern = text_param(premise, "line");
  const auto match = expression(pattern);
  const ObservedText text = observed_text(text_param(premise, "fact"), observed);
  const bool met =
      match->ok() && !text.verdict && std::ranges::any_of(split_lines(text.text), [&](std::string_view line) {
        const std::string_view shown = trim(line);
        return RE2::FullMatch(re2::StringPiece(shown.data(), shown.size()), *match);
      });
  if (met) return std::nullopt;
  return inconclusive_verdict({},
                              fmt::format("it did not come to the line {}", quote(pattern_text(pattern))));
}

FieldSpec premise_field() {
  return {.key = "premise",
          .type = FieldType::object,
          .doc = "A line without which nothing can be seen (`if_unseen`): what has to work first did not.",
          .fields = {{.key = "fact", .type = FieldType::fact, .required = true, .doc = "The text."},
                     {.key = "line",
                      .type = FieldType::regex,
                      .required = true,
                      .doc = "Matches a whole line of it, blanks at its ends aside."}}};
}

}  // namespace memgrade::judge
