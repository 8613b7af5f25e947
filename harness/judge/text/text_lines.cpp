#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/facts/numbers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/text/text_lines.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kShownBytes = 160;

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool blank(char c) {
  return c == ' ' || c == '\t';
}

// Takes the next number, or the run of other characters up to the next blank or number, off the front.
std::string_view next_piece(std::string_view& rest) {
  while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
  std::size_t end = 0;
  const bool sign = rest.size() > 1 && rest[0] == '-' && digit(rest[1]);
  if (sign || (!rest.empty() && digit(rest[0]))) {
    end = sign ? 1 : 0;
    while (end < rest.size() && digit(rest[end])) ++end;
    if (end + 1 < rest.size() && rest[end] == '.' && digit(rest[end + 1])) {
      ++end;
      while (end < rest.size() && digit(rest[end])) ++end;
    }
  } else {
    // A digit inside a word belongs to the word: "x86" is no number.
    while (end < rest.size() && !blank(rest[end]) &&
           (!digit(rest[end]) || (end > 0 && letter(rest[end - 1]))))
      ++end;
    // A sign before a number is the number's.
    if (end > 1 && end < rest.size() && digit(rest[end]) && rest[end - 1] == '-') --end;
  }
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(end);
  return piece;
}

std::string shown_line(const std::vector<TextLine>& lines, std::size_t index) {
  return index < lines.size() ? shorten(printable(lines[index].text.substr(0, 4 * kShownBytes)), kShownBytes)
                              : "(the text ends here)";
}

std::string context_of(const std::vector<TextLine>& expected, const std::vector<TextLine>& observed,
                       std::size_t at, std::size_t context) {
  std::string text;
  for (std::size_t i = at > context ? at - context : 0; i < at; ++i)
    text += fmt::format("  {:>5} | {}\n", observed[i].number, shown_line(observed, i));
  for (std::size_t i = at; i <= at + context && i < std::max(expected.size(), observed.size()); ++i)
    text += fmt::format("- {:>5} | {}\n", "", shown_line(expected, i));
  for (std::size_t i = at; i <= at + context && i < std::max(expected.size(), observed.size()); ++i) {
    const std::string number = i < observed.size() ? std::to_string(observed[i].number) : "";
    text += fmt::format("+ {:>5} | {}\n", number, shown_line(observed, i));
  }
  return text + "(- expected, + observed)\n";
}

}  // namespace

std::vector<TextLine> lines_of(std::string_view text, bool drop_blank) {
  std::vector<TextLine> lines;
  std::size_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (!drop_blank || !trim(line).empty()) lines.push_back({number, line});
  }
  return lines;
}

bool same_words_and_values(std::string_view a, std::string_view b) {
  while (true) {
    const std::string_view left = next_piece(a);
    const std::string_view right = next_piece(b);
    if (left.empty() && right.empty()) return true;
    if (left == right) continue;
    const auto left_number = facts::number_of(left);
    const auto right_number = facts::number_of(right);
    if (!left_number || !right_number || !same_value(*left_number, *right_number)) return false;
  }
}

std::optional<TextDifference> first_difference(const std::vector<TextLine>& expected,
                                               const std::vector<TextLine>& observed, const SameLine& same,
                                               std::size_t context) {
  const std::size_t both = std::min(expected.size(), observed.size());
  std::size_t at = 0;
  while (at < both && same(expected[at].text, observed[at].text)) ++at;
  if (at == expected.size() && at == observed.size()) return std::nullopt;
  TextDifference difference;
  difference.number = at < observed.size() ? observed[at].number
                      : observed.empty()   ? 1
                                           : observed.back().number + 1;
  difference.expected = at < expected.size() ? quote_text(expected[at].text) : "the end of the text";
  difference.observed = at < observed.size() ? quote_text(observed[at].text) : "the end of the text";
  difference.detail = context_of(expected, observed, at, context);
  return difference;
}

Verdict compare_texts(const Comparison& sides, const Observed& observed, bool drop_blank,
                      const SameLine& same, std::size_t context) {
  const std::string& name = sides.fact;
  const Target expected = target(sides, observed);
  if (expected.value == nullptr) return fail_verdict("", "", expected.missing);
  if (!expected.value->is_string()) return fail_verdict("", "", "there is no text to compare with");
  const Json& text = fact(observed, name);
  if (text.is_null()) return missing_fact(observed, name);
  if (!text.is_string()) return wrong_type(name, text, "a text");
  const auto wanted = lines_of(expected.value->get_ref<const std::string&>(), drop_blank);
  const auto given = lines_of(text.get_ref<const std::string&>(), drop_blank);
  auto difference = first_difference(wanted, given, same, context);
  if (!difference) return pass_verdict(counted(wanted.size(), "line"), counted(given.size(), "line"));
  Verdict verdict = fail_verdict(difference->expected, difference->observed,
                                 fmt::format("{}: line {} is {} where {} is expected", words_of(name),
                                             difference->number, difference->observed, difference->expected));
  // An empty output is better explained by how the run ended.
  if (given.empty()) verdict.message = why_missing(observed, name);
  verdict.detail = std::move(difference->detail);
  return verdict;
}

}  // namespace memgrade::judge
