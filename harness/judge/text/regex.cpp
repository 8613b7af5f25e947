#include <fmt/format.h>

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

Subject text_subject(const Json& params, const Observed& observed) {
  Subject subject_text{text_param(params, "fact"), {}, {}};
  const Json& value = subject(params, observed);
  if (value.is_string())
    subject_text.text = value.get<std::string>();
  else if (value.is_number() || value.is_boolean())
    subject_text.text = show(value);
  else if (value.is_null())
    subject_text.verdict = missing_fact(observed, subject_text.name);
  else
    subject_text.verdict = wrong_type(subject_text.name, value, "a text");
  return subject_text;
}

std::string summary(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty()) return "an empty text";
  if (trimmed.find('\n') == std::string_view::npos) return quote_text(trimmed);
  return counted(split_lines(trimmed).size(), "line");
}

}  // namespace memgrade::judge
