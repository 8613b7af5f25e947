#include <harness/base/control_sequence.hpp>
#include <harness/base/text.hpp>
#include <harness/facts/lines.hpp>

namespace memgrade::facts {
namespace {

std::string_view trim_blanks(std::string_view line) {
  constexpr std::string_view blanks = " \t\v\f";
  const std::size_t first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string clean_text(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const char letter = bytes[i];
    if (const std::size_t sequence = control_sequence(bytes.substr(i)).bytes; sequence > 0) {
      i += sequence;
      continue;
    }
    if (letter != '\0' && letter != '\r') text += letter;
    ++i;
  }
  return is_utf8(text) ? text : to_utf8(text);
}

std::vector<std::string_view> candidate_lines(std::string_view cleaned) {
  std::vector<std::string_view> lines;
  while (!cleaned.empty()) {
    const std::size_t end = cleaned.find('\n');
    const std::string_view line = trim_blanks(cleaned.substr(0, end));
    if (!line.empty() && line.size() <= kMaxLineBytes) lines.push_back(line);
    if (end == std::string_view::npos) break;
    cleaned.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace memgrade::facts
