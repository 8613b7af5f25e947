// Splitting, joining, cases, words for people, shell quoting, globs. What concerns characters beyond ASCII is
// in utf8.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/base/utf8.hpp>
#include <optional>

namespace memgrade {
namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours cost 1 each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substituted});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

// Whether `c` is in the bracket expression that begins behind '[' at `at`; moves `at` behind its ']'. Without
// a ']' it is no bracket expression, and nothing.
std::optional<bool> in_brackets(std::u32string_view glob, std::size_t& at, char32_t c) {
  std::size_t i = at;
  const bool negated = i < glob.size() && (glob[i] == U'!' || glob[i] == U'^');
  if (negated) ++i;
  bool inside = false;
  for (bool first = true; i < glob.size(); first = false) {
    if (glob[i] == U']' && !first) {
      at = i + 1;
      return inside != negated && c != U'/';
    }
    const bool range = i + 2 < glob.size() && glob[i + 1] == U'-' && glob[i + 2] != U']';
    inside = inside || (range ? glob[i] <= c && c <= glob[i + 2] : glob[i] == c);
    i += range ? 3 : 1;
  }
  return std::nullopt;
}

// Matches one character of `name` with what stands at `at` in `glob`, and moves `at` behind it.
bool one_matches(std::u32string_view glob, std::size_t& at, char32_t c) {
  const char32_t pattern = glob[at++];
  if (pattern == U'?') return c != U'/';
  if (pattern == U'[') {
    if (const auto inside = in_brackets(glob, at, c)) return *inside;
  }
  return pattern == c;
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(blanks, end);
  }
  return words;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

std::string to_upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), upper);
  return result;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  std::string result;
  std::size_t at = 0;
  for (std::size_t hit = text.find(from); hit != std::string::npos; hit = text.find(from, at)) {
    result.append(text, at, hit - at).append(to);
    at = hit + from.size();
  }
  return result.append(text, at);
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::string wanted = to_lower(word);
  // A third of the letters wrong is still a slip of the fingers; more is another word.
  const std::size_t tolerance = std::max<std::size_t>(1, wanted.size() / 3);
  std::size_t best = tolerance + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(wanted, to_lower(candidate));
    if (distance < best && distance < std::max(wanted.size(), candidate.size())) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string() : "; did you mean '" + near + "'?";
}

std::string plain_number(double value) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-4 || size >= 1e15)) return fmt::format("{:.6g}", value);
  std::string text = fmt::format("{:.6f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{} MB", (bytes + 500'000) / 1'000'000);
}

std::string counted(std::size_t count, std::string_view singular) {
  std::string noun(singular);
  if (count != 1 && !noun.empty()) {
    const char before_last = noun.size() > 1 ? noun[noun.size() - 2] : 'a';
    const bool vowel_before = std::string_view("aeiou").find(before_last) != std::string_view::npos;
    if (noun.ends_with('y') && !vowel_before) {
      noun.replace(noun.size() - 1, 1, "ies");
    } else if (noun.ends_with('s') || noun.ends_with('x') || noun.ends_with("ch") || noun.ends_with("sh")) {
      noun += "es";
    } else {
      noun += "s";
    }
  }
  return fmt::format("{} {}", count, noun);
}

std::string shell_quote(std::string_view word) {
  constexpr std::string_view harmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:=@%,";
  if (!word.empty() && word.find_first_not_of(harmless) == std::string_view::npos) return std::string(word);
  return "'" + replace_all(std::string(word), "'", "'\\''") + "'";
}

std::string shell_command(std::span<const std::string> argv) {
  std::string line;
  for (const std::string& word : argv) {
    if (!line.empty()) line += ' ';
    line += shell_quote(word);
  }
  return line;
}

bool glob_matches(std::string_view glob_bytes, std::string_view name_bytes) {
  const std::u32string glob = utf8::code_points(glob_bytes);
  const std::u32string name = utf8::code_points(name_bytes);
  constexpr std::size_t none = std::u32string::npos;
  std::size_t at = 0;
  std::size_t after_star = none;
  std::size_t star_takes_to = 0;
  // Only the last star is tried again. An earlier one that took less leaves it all choices, and none takes
  // '/'.
  for (std::size_t i = 0; i < name.size() || at < glob.size();) {
    if (at < glob.size() && glob[at] == U'*') {
      after_star = ++at;
      star_takes_to = i;
      continue;
    }
    if (i < name.size() && at < glob.size() && one_matches(glob, at, name[i])) {
      ++i;
      continue;
    }
    if (after_star == none || star_takes_to >= name.size() || name[star_takes_to] == U'/') return false;
    i = ++star_takes_to;
    at = after_star;
  }
  return true;
}

}  // namespace memgrade
