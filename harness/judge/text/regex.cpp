#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <charconv>

#include <harness/base/text.hpp>
#include <harness/judge/text/regex.hpp>

namespace memgrade::judge {

std::unique_ptr<RE2> expression(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  return std::make_unique<RE2>("(?m:" + pattern + ")", options);
}

bool matches_anywhere(const RE2& match, std::string_view text) {
  return match.ok() && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), match);
}

std::string first_match(const RE2& match, std::string_view text) {
  re2::StringPiece found;
  const re2::StringPiece whole(text.data(), text.size());
  if (!match.ok() || !match.Match(whole, 0, text.size(), RE2::UNANCHORED, &found, 1)) return {};
  const auto at = static_cast<std::size_t>(found.data() - text.data());
  const std::size_t start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return std::string(trim(text.substr(start, text.find('\n', at) - start)));
}

ObservedText observed_text(const std::string& fact_name, const Observed& observed) {
  ObservedText found{fact_name, {}, {}};
  const Json& value = fact(observed, fact_name);
  if (value.is_string())
    found.text = value.get<std::string>();
  else if (value.is_number() || value.is_boolean())
    found.text = show(value);
  else if (value.is_null())
    found.verdict = missing_fact(observed, found.name);
  else
    found.verdict = wrong_type(found.name, value, "a text");
  return found;
}

PatternSearch look_for(const PatternParams& params, const Observed& observed) {
  PatternSearch search{observed_text(params.fact, observed), quote(pattern_text(params.pattern)), {}, {}};
  search.verdict = search.text.verdict;
  if (search.verdict) return search;
  const auto match = expression(params.pattern);
  if (params.pattern.empty() || !match->ok())
    search.verdict = fail_verdict("", "", "the case holds no expression to look for");
  else if (matches_anywhere(*match, search.text.text))
    search.line = quote_text(first_match(*match, search.text.text));
  return search;
}

std::string summary(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty()) return "an empty text";
  if (trimmed.find('\n') == std::string_view::npos) return quote_text(trimmed);
  return counted(split_lines(trimmed).size(), "line");
}

namespace {

constexpr std::string_view kAnything = "…";

// The length of one item of an expression: a character, one that is escaped, a class, or a group.
std::size_t item_length(std::string_view rest) {
  if (rest[0] == '\\') return std::min<std::size_t>(2, rest.size());
  if (rest[0] != '[' && rest[0] != '(') return 1;
  const char open = rest[0], close = open == '[' ? ']' : ')';
  int depth = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\\') {
      ++i;
      continue;
    }
    // In a class, a bracket that stands first is a character of it.
    if (open == '[' && (i == 1 || (i == 2 && rest[1] == '^')) && rest[i] == ']') continue;
    if (rest[i] == open && (open == '(' || i == 0)) ++depth;
    if (rest[i] == close && --depth == 0) return i + 1;
  }
  return rest.size();
}

// What an item stands for, when that is one character; else "…".
std::string item_text(std::string_view item) {
  if (item.size() == 1 && item[0] != '.') return std::string(item);
  const bool escaped = item.size() == 2 && item[0] == '\\';
  if (escaped && std::isalnum(static_cast<unsigned char>(item[1])) == 0) return std::string(1, item[1]);
  return std::string(kAnything);
}

}  // namespace

std::string pattern_text(std::string_view pattern) {
  std::string text;
  while (!pattern.empty()) {
    const std::size_t length = item_length(pattern);
    const bool anchor = length == 1 && (pattern[0] == '^' || pattern[0] == '$');
    std::string item = anchor ? std::string() : item_text(pattern.substr(0, length));
    pattern.remove_prefix(length);
    std::size_t times = 1;
    if (pattern.starts_with('{')) {
      const std::size_t end = std::min(pattern.find('}'), pattern.size() - 1);
      const auto [rest, error] = std::from_chars(pattern.data() + 1, pattern.data() + end, times);
      if (error != std::errc() || rest != pattern.data() + end || times > 64) item = kAnything, times = 1;
      pattern.remove_prefix(end + 1);
    } else if (pattern.starts_with('*') || pattern.starts_with('+') || pattern.starts_with('?')) {
      item = kAnything;
      pattern.remove_prefix(1);
    }
    if (item == kAnything) times = text.ends_with(kAnything) ? 0 : 1;
    for (; times > 0; --times) text += item;
  }
  return text;
}

}  // namespace memgrade::judge
