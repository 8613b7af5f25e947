// Text as lines, compared: what text_equal and diff share. Inside this module only.
#pragma once

#include <functional>
#include <harness/judge/support.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::judge {

struct TextLine {
  std::size_t number = 0;  // in the text, from 1
  std::string_view text;
};
using SameLine = std::function<bool(std::string_view expected, std::string_view observed)>;

// What the two texts have in common is left out but for `context` lines before and after.
struct TextDifference {
  std::size_t number = 0;  // of the line in what was observed, from 1
  std::string expected, observed;
  std::string detail;
};
[[nodiscard]] std::optional<TextDifference> first_difference(const std::vector<TextLine>& expected,
                                                             const std::vector<TextLine>& observed,
                                                             const SameLine& same, std::size_t context);

// The lines of a text; without the blank ones when `drop_blank`.
[[nodiscard]] std::vector<TextLine> lines_of(std::string_view text, bool drop_blank);

// Word by word, blanks between words not counted, and numbers by value: "TLB  = 0.50" is "TLB = 0.5".
[[nodiscard]] bool same_words_and_values(std::string_view a, std::string_view b);

// The verdict on two texts.
[[nodiscard]] Verdict compare_texts(const Comparison& sides, const Observed& observed, bool drop_blank,
                                    const SameLine& same, std::size_t context);

}  // namespace memgrade::judge
