// Expressions (RE2) on a student's text: what matches, absent and sequence share. Inside this module only.
#pragma once

#include <re2/re2.h>

#include <harness/judge/support.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::judge {

// Never null; `ok()` tells whether it can be used. `^` and `$` are the ends of lines.
[[nodiscard]] std::unique_ptr<RE2> expression(const std::string& pattern);
[[nodiscard]] bool matches_anywhere(const RE2& match, std::string_view text);
// The line in which the first match begins, trimmed; "" when there is none.
[[nodiscard]] std::string first_match(const RE2& match, std::string_view text);

// The text that a fact holds (a number as it is written). `verdict` is set when there is none.
struct ObservedText {
  std::string name;
  std::string text;
  std::optional<Verdict> verdict;
};
[[nodiscard]] ObservedText observed_text(const std::string& fact_name, const Observed& observed);

// A text, and an expression for it: the keys of matches and absent.
struct PatternParams {
  std::string fact, pattern;

  explicit PatternParams(const Json& params)
      : fact(text_param(params, "fact")), pattern(text_param(params, "pattern")) {}
};

// What looking for it gave.
struct PatternSearch {
  ObservedText text;
  std::string pattern;              // as a person reads it, in quotes
  std::optional<std::string> line;  // in which the first match begins, in quotes; nothing where none is
  std::optional<Verdict> verdict;   // why nothing could be looked for
};
[[nodiscard]] PatternSearch look_for(const PatternParams& params, const Observed& observed);

// A text on one line: the text itself when it is one line, else how many lines it has.
[[nodiscard]] std::string summary(std::string_view text);

// An expression as a person reads it: what is escaped stands for itself, a repeated character is written out,
// and "…" stands where anything may. "\\[CHECK\\] 0x0{4}.*" is "[CHECK] 0x0000…".
[[nodiscard]] std::string pattern_text(std::string_view pattern);

}  // namespace memgrade::judge
