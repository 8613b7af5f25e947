#include <algorithm>
#include <charconv>
#include <cmath>
#include <harness/facts/number_tokens.hpp>
#include <harness/facts/numbers.hpp>
#include <harness/facts/statistics.hpp>
#include <optional>
#include <set>

namespace memgrade::facts {
namespace {

constexpr std::size_t kMostAlike = 8;      // lines of one shape that may still be statistics
constexpr std::size_t kOneBlock = 12;      // lines: a count and a rate in so many belong together
constexpr std::size_t kMostGapBytes = 60;  // between the words and their number

RE2::Options caseless() {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  return options;
}

bool found_in(std::string_view text, const RE2& what) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), what);
}

// Where the words of a statistic stand in a line.
struct Phrase {
  std::size_t statistic = 0, priority = 0, begin = 0, end = 0;
};

void add_phrases(std::string_view line, const RE2& words, std::size_t statistic, std::size_t priority,
                 std::vector<Phrase>& phrases) {
  const re2::StringPiece text(line.data(), line.size());
  re2::StringPiece found;
  for (std::size_t at = 0;
       at < line.size() && words.Match(text, at, line.size(), RE2::UNANCHORED, &found, 1);) {
    if (found.empty()) return;
    const auto begin = static_cast<std::size_t>(found.data() - line.data());
    const std::size_t end = begin + found.size();
    const bool overlaps = std::ranges::any_of(
        phrases, [&](const Phrase& other) { return begin < other.end && other.begin < end; });
    if (!overlaps) phrases.push_back({statistic, priority, begin, end});
    at = end;
  }
}

// The phrases of all statistics in their order; where two overlap the surer words count.
std::vector<Phrase> phrases_in(std::string_view line, const std::vector<Definition>& definitions) {
  std::vector<Phrase> phrases;
  std::size_t most = 0;
  for (const Definition& one : definitions) most = std::max(most, one.words.size());
  for (std::size_t priority = 0; priority < most; ++priority)
    for (std::size_t d = 0; d < definitions.size(); ++d)
      if (priority < definitions[d].words.size() && definitions[d].words[priority]->ok())
        add_phrases(line, *definitions[d].words[priority], d, priority, phrases);
  std::ranges::sort(phrases, {}, &Phrase::begin);
  return phrases;
}

// One line, taken apart.
class Line {
 public:
  Line(std::string_view text, const std::vector<Definition>& definitions)
      : text_(text),
        numbers_(numbers_in(text, Radix::decimal, Commas::group)),
        phrases_(phrases_in(text, definitions)) {}

  [[nodiscard]] std::vector<Finding> findings() const;

 private:
  [[nodiscard]] std::optional<Finding> of_phrase(std::size_t index) const;
  [[nodiscard]] std::vector<std::size_t> numbers_behind(std::size_t phrase) const;
  [[nodiscard]] std::optional<std::size_t> number_before(std::size_t phrase) const;
  [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end) const {
    return begin < end ? text_.substr(begin, end - begin) : std::string_view();
  }
  [[nodiscard]] std::string_view behind(std::size_t number) const {
    return text_.substr(numbers_[number].end);
  }
  [[nodiscard]] Finding read(std::size_t number, std::string_view words) const;
  [[nodiscard]] std::size_t numerator(std::size_t number) const;
  [[nodiscard]] std::string shape() const;

  std::string_view text_;
  std::vector<NumberToken> numbers_;
  std::vector<Phrase> phrases_;
};

const RE2& part_of() {
  static const RE2 expression(R"(^\s*(?:/|÷|out of|of|over)\s*$)", caseless());
  return expression;
}

// "(256 frames)" is no number of faults. The bytes of such a word behind a number, or 0.
std::size_t other_unit(std::string_view behind) {
  static const RE2 expression(
      R"(\s*-?\s*(?:frames?|entr(?:y|ies)|address\w*|translat\w*|access\w*|refer\w*|bytes|个?页框|帧))",
      caseless());
  re2::StringPiece rest(behind.data(), behind.size());
  return RE2::Consume(&rest, expression) ? behind.size() - rest.size() : 0;
}

// "Page fault: page 66 is loaded into frame 3" tells of one fault.
const RE2& other_subject() {
  static const RE2 expression(R"((?:load|replac|evict|victim|swap|address|frame|page\s*(?:#|no|num|\d|$)))",
                              caseless());
  return expression;
}

std::vector<std::size_t> Line::numbers_behind(std::size_t phrase) const {
  const std::size_t next = phrase + 1 < phrases_.size() ? phrases_[phrase + 1].begin : text_.size();
  std::vector<std::size_t> found;
  std::size_t from = phrases_[phrase].end;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    if (numbers_[i].begin < phrases_[phrase].end || numbers_[i].end > next) continue;
    const std::string_view gap = between(from, numbers_[i].begin);
    if (const std::size_t unit = other_unit(behind(i)); unit > 0) {
      from = numbers_[i].end + unit;
      continue;
    }
    if (found.empty() && (gap.size() > kMostGapBytes || found_in(gap, other_subject()))) return {};
    found.push_back(i);
    from = numbers_[i].end;
  }
  return found;
}

// A number with nothing but blanks, brackets, a per cent sign or "times" between it and the words.
std::optional<std::size_t> Line::number_before(std::size_t phrase) const {
  static const RE2 nearly_nothing(R"(^[\s%％()\[\]]*(?:times|total|of|次|个|次的|的)?[\s()\[\]]*$)",
                                  caseless());
  const std::size_t from = phrase == 0 ? 0 : phrases_[phrase - 1].end;
  for (std::size_t i = numbers_.size(); i-- > 0;) {
    if (numbers_[i].end > phrases_[phrase].begin) continue;
    if (numbers_[i].begin < from) return std::nullopt;
    if (!found_in(between(numbers_[i].end, phrases_[phrase].begin), nearly_nothing)) return std::nullopt;
    return i;
  }
  return std::nullopt;
}

// Of "244 / 1000" the 244, when `number` is the 1000.
std::size_t Line::numerator(std::size_t number) const {
  return number > 0 && found_in(numbers_[number].label, part_of()) ? number - 1 : number;
}

double double_of(std::string_view text) {
  std::string plain(text);
  // "0,244" has a decimal comma, "1,244" is grouped.
  if (plain.starts_with("0,")) plain[1] = '.';
  std::erase(plain, ',');
  double value = 0;
  const std::size_t sign = plain.starts_with('+') ? 1 : 0;
  std::from_chars(plain.data() + sign, plain.data() + plain.size(), value);
  return value;
}

int decimals_of(std::string_view text) {
  const std::size_t exponent_at = std::min(text.find_first_of("eE"), text.size());
  const std::size_t point = text.starts_with("0,") ? 1 : text.find('.');
  int decimals = point < exponent_at ? static_cast<int>(exponent_at - point - 1) : 0;
  if (exponent_at < text.size()) {
    int exponent = 0;
    const std::size_t digits = exponent_at + (text[exponent_at + 1] == '+' ? 2 : 1);
    std::from_chars(text.data() + digits, text.data() + text.size(), exponent);
    decimals -= std::clamp(exponent, -300, 300);
  }
  return decimals;
}

bool looks_real(const NumberToken& token) {
  return !token.hexadecimal &&
         (token.text.find_first_of(".eE") != std::string_view::npos || token.text.starts_with("0,"));
}

// The number as a count or as a rate; `words` are what stands beside it.
Finding Line::read(std::size_t number, std::string_view words) const {
  static const RE2 per_cent_behind(R"(^\s*(?:%|％|per\s*cent))", caseless());
  static const RE2 per_cent(R"(%|％|per\s*cent|百分)", caseless());
  static const RE2 rate(R"(rate|ratio|percent|fraction|率|比)", caseless());
  const NumberToken& token = numbers_[number];
  Finding finding;
  finding.text = token.text;
  const bool is_part = number + 1 < numbers_.size() && found_in(numbers_[number + 1].label, part_of());
  const bool has_sign = found_in(behind(number), per_cent_behind);
  const bool in_cents = has_sign || found_in(words, per_cent);
  if (has_sign) finding.text += '%';
  const auto whole = whole_number(token);
  finding.value = token.hexadecimal && whole ? static_cast<double>(*whole) : double_of(token.text);
  const bool small = std::fabs(finding.value) <= 1;
  finding.is_rate = in_cents || (looks_real(token) && small) ||
                    (found_in(words, rate) && !is_part && (looks_real(token) || finding.value <= 100));
  if (is_part && !in_cents && !looks_real(token)) finding.is_rate = false;
  if (!finding.is_rate) return finding;
  finding.decimals = decimals_of(token.text);
  if (in_cents || !small) {
    finding.value /= 100;
    finding.decimals += 2;
  }
  return finding;
}

std::optional<Finding> Line::of_phrase(std::size_t index) const {
  static const RE2 separated(R"(^\s*(?:[,;|.。，；、&]|and\b|和|$))", caseless());
  static const RE2 in_brackets(R"(^\s*[%％]?\s*[(\[]\s*$)", caseless());
  const Phrase& phrase = phrases_[index];
  const std::vector<std::size_t> after = numbers_behind(index);
  const auto before = number_before(index);
  const bool is_before = before && (after.empty() || found_in(text_.substr(phrase.end), separated));
  if (!is_before && after.empty()) return std::nullopt;
  std::size_t number = is_before ? numerator(*before) : after.front();
  // Words such as "rate of" may stand before the phrase, behind the last separator and number.
  const std::size_t previous = [&] {
    std::size_t end = index == 0 ? 0 : phrases_[index - 1].end;
    for (const NumberToken& token : numbers_)
      if (token.end <= phrase.begin) end = std::max(end, token.end);
    const std::size_t separator = text_.substr(0, phrase.begin).find_last_of(",;|.");
    return separator == std::string_view::npos ? end : std::max(end, separator + 1);
  }();
  const std::string words =
      std::string(between(previous, phrase.begin)) + " " + std::string(between(phrase.begin, phrase.end)) +
      " " + std::string(is_before ? std::string_view() : between(phrase.end, numbers_[number].begin));
  Finding finding = read(number, words);
  // "24.4% (244)": the count tells more than the rate.
  if (!is_before && finding.is_rate && after.size() > 1 && found_in(numbers_[after[1]].label, in_brackets) &&
      !looks_real(numbers_[after[1]])) {
    Finding count = read(after[1], "");
    if (!count.is_rate) finding = count;
  }
  finding.statistic = phrase.statistic;
  finding.priority = phrase.priority;
  return finding;
}

std::string Line::shape() const {
  std::string shape;
  for (const NumberToken& number : numbers_) shape += normal_label(number.label) + '#';
  return shape;
}

std::vector<Finding> Line::findings() const {
  std::vector<Finding> found;
  for (std::size_t i = 0; i < phrases_.size(); ++i) {
    auto one = of_phrase(i);
    if (!one) continue;
    one->shape = shape() + std::to_string(i);
    found.push_back(*std::move(one));
  }
  return found;
}

// Findings of lines that are alike, in their order.
using Alike = std::map<std::string, std::vector<const Finding*>>;

// A running total that was counted down from 0 is one as well: a rate beside it must not stand in for it.
bool may_be_a_statistic(const std::vector<const Finding*>& alike) {
  if (alike.size() <= kMostAlike) return true;
  const bool negative = std::ranges::all_of(alike, [](const Finding* one) { return one->value <= 0; });
  const auto total = [&](const Finding* one) { return negative ? -one->value : one->value; };
  return std::ranges::is_sorted(alike, {}, total) && total(alike.front()) < total(alike.back());
}

}  // namespace

std::vector<Finding> findings_in(const std::vector<Definition>& definitions, const Source& source) {
  std::set<std::size_t> lines;
  for (std::size_t d = 0; d < definitions.size(); ++d)
    if (definitions[d].kind == Definition::Kind::statistic)
      for (const auto& of_words : source.found[d]) lines.insert(of_words.begin(), of_words.end());
  std::vector<Finding> all;
  for (const std::size_t index : lines) {
    for (Finding& one : Line(source.lines[index], definitions).findings()) {
      one.line = index;
      all.push_back(std::move(one));
    }
  }
  return all;
}

const Finding* statistic_of(std::size_t statistic, const std::vector<Finding>& findings) {
  Alike alike;
  for (const Finding& one : findings)
    if (one.statistic == statistic) alike[one.shape].push_back(&one);
  std::vector<const Finding*> fitting;
  std::size_t last = 0;
  for (const auto& [shape, same] : alike) {
    if (!may_be_a_statistic(same)) continue;
    fitting.push_back(same.back());
  }
  if (fitting.empty()) return nullptr;
  const std::size_t surest = (*std::ranges::min_element(fitting, {}, &Finding::priority))->priority;
  std::erase_if(fitting, [&](const Finding* one) { return one->priority > surest; });
  for (const Finding* one : fitting) last = std::max(last, one->line);
  const auto rank = [&](const Finding* one) {
    return std::pair(!one->is_rate && one->line + kOneBlock >= last, one->line);
  };
  return *std::ranges::max_element(fitting, {}, rank);
}

int most_decimals(const std::vector<Finding>& findings) {
  int most = 0;
  for (const Finding& one : findings)
    if (one.is_rate) most = std::max(most, one.decimals);
  return most;
}

Json statistic_value(const Finding& finding, const Json& whole, int decimals) {
  if (!finding.is_rate) {
    if (finding.value == std::trunc(finding.value))
      if (auto count = rounded(finding.value)) return *std::move(count);
    return std::isfinite(finding.value) ? Json(finding.value) : Json(nullptr);
  }
  if (!whole.is_number()) return nullptr;
  const double of = whole.get<double>();
  const double unit = of * std::pow(10.0, -std::max(decimals, finding.decimals));
  if (unit > 2 + 1e-9) return {{"rate", finding.text}, {"coarse", true}};
  return {{"rate", finding.text}, {"count", finding.value * of}, {"unit", unit}};
}

}  // namespace memgrade::facts
