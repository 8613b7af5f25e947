#include <harness/base/text.hpp>
#include <harness/facts/lines.hpp>

namespace memgrade::facts {
namespace {

bool in_range(char letter, int low, int high) {
  const int value = static_cast<unsigned char>(letter);
  return value >= low && value <= high;
}

// The index behind the escape sequence that begins at `at` (ECMA-48: CSI, OSC and the two-byte ones). A
// sequence that never ends stops at the line's end, so that it cannot swallow what follows.
std::size_t skip_escape(std::string_view text, std::size_t at) {
  std::size_t next = at + 1;
  if (next >= text.size()) return next;
  const char kind = text[next];
  if (kind == '[') {
    ++next;
    while (next < text.size() && in_range(text[next], 0x20, 0x3F)) ++next;
    return next < text.size() && in_range(text[next], 0x40, 0x7E) ? next + 1 : next;
  }
  if (kind == ']') {
    while (next < text.size() && text[next] != '\a' && text[next] != '\x1B' && text[next] != '\n') ++next;
    if (next < text.size() && text[next] == '\a') return next + 1;
    return next + 1 < text.size() && text[next] == '\x1B' && text[next + 1] == '\\' ? next + 2 : next;
  }
  while (next < text.size() && in_range(text[next], 0x20, 0x2F)) ++next;
  return next < text.size() && in_range(text[next], 0x30, 0x7E) ? next + 1 : next;
}

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
    if (letter == '\x1B') {
      i = skip_escape(bytes, i);
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
