#include <algorithm>
#include <harness/base/c_text.hpp>

namespace memgrade {
namespace {

// Behind the line that holds `at`; lines that end in a backslash are one.
std::size_t behind_logical_line(std::string_view source, std::size_t at) {
  while (true) {
    const std::size_t end = source.find('\n', at);
    if (end == std::string_view::npos) return source.size();
    const std::size_t last = end > 0 && source[end - 1] == '\r' ? end - 1 : end;
    if (last == 0 || source[last - 1] != '\\') return end;
    at = end + 1;
  }
}

std::size_t behind_block_comment(std::string_view source, std::size_t at) {
  const std::size_t close = source.find("*/", at + 2);
  return close == std::string_view::npos ? source.size() : close + 2;
}

// At the quote that closes the literal that begins at `at`, or at the end of its line.
std::size_t literal_close(std::string_view source, std::size_t at) {
  for (std::size_t i = at + 1; i < source.size(); ++i) {
    if (source[i] == '\\')
      ++i;
    else if (source[i] == source[at] || source[i] == '\n')
      return i;
  }
  return source.size();
}

void blank_out(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < std::min(end, text.size()); ++i)
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
}

}  // namespace

std::string code_alone(std::string_view source) {
  std::string text(source);
  for (std::size_t at = 0; at < source.size();) {
    std::size_t end = at + 1;
    if (source.substr(at, 2) == "//") {
      end = behind_logical_line(source, at);
      blank_out(text, at, end);
    } else if (source.substr(at, 2) == "/*") {
      end = behind_block_comment(source, at);
      blank_out(text, at, end);
    } else if (source[at] == '"' || source[at] == '\'') {
      end = literal_close(source, at);
      blank_out(text, at + 1, end);
      ++end;
    }
    at = end;
  }
  return text;
}

}  // namespace memgrade
