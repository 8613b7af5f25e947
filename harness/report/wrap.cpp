// Breaking of lines for the console. Input is valid UTF-8 without control characters (plain_text).
#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/base/utf8.hpp>
#include <harness/report/wrap.hpp>
#include <utility>

namespace memgrade::report {

namespace {

// The character at `at` with the combining ones that follow it.
std::string_view character_at(std::string_view text, std::size_t at) {
  const auto bytes_at = [&](std::size_t from) {
    const auto found = utf8::decode(text, from);
    return found ? found->bytes : std::size_t{1};
  };
  std::size_t end = at + bytes_at(at);
  while (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x80) {
    const std::size_t bytes = bytes_at(end);
    if (display_width(text.substr(end, bytes)) != 0) break;
    end += bytes;
  }
  return text.substr(at, end - at);
}

// How many bytes of `text` fill at most `columns`; at least one character.
std::size_t fitting(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view character = character_at(text, at);
    used += display_width(character);
    if (used > columns && at > 0) break;
    at += character.size();
  }
  return at;
}

// Where to break a word of which `full` bytes would fit: after a separator in the last third, else there.
std::size_t break_in_word(std::string_view word, std::size_t full) {
  if (full >= word.size()) return word.size();
  const std::size_t at = word.substr(0, full).find_last_of("/\\,;:=_-.&|)]}");
  return at != std::string_view::npos && at + 1 >= full - full / 3 ? at + 1 : full;
}

bool has_wide(std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    const std::string_view character = character_at(word, at);
    if (display_width(character) > 1) return true;
    at += character.size();
  }
  return false;
}

class Lines {
 public:
  explicit Lines(std::size_t columns) : columns_(columns) {}

  void add(std::string_view spaces, std::string_view word) {
    const std::size_t width = display_width(word);
    if (used_ + spaces.size() + width <= columns_) {
      append(spaces, word, width);
    } else if (width <= columns_ && !has_wide(word)) {
      flush();
      append({}, word, width);
    } else {
      add_in_pieces(spaces, word);
    }
  }

  void flush() {
    lines_.push_back(std::move(line_));
    line_.clear();
    used_ = 0;
  }

  std::vector<std::string> take() {
    flush();
    return std::move(lines_);
  }

 private:
  void append(std::string_view spaces, std::string_view word, std::size_t width) {
    line_.append(spaces).append(word);
    used_ += spaces.size() + width;
  }

  void add_in_pieces(std::string_view spaces, std::string_view word) {
    constexpr std::size_t kWorthwhile = 8;  // columns that must be left for a piece to go on the same line
    if (used_ > 0 && used_ + spaces.size() + kWorthwhile > columns_) {
      flush();
      spaces = {};
    }
    if (used_ + spaces.size() >= columns_) spaces = {};
    while (!word.empty()) {
      const std::size_t full = fitting(word, columns_ - used_ - spaces.size());
      const std::string_view piece = word.substr(0, break_in_word(word, full));
      append(spaces, piece, display_width(piece));
      word.remove_prefix(piece.size());
      spaces = {};
      if (!word.empty()) flush();
    }
  }

  std::size_t columns_;
  std::size_t used_ = 0;
  std::string line_;
  std::vector<std::string> lines_;
};

void add_words(Lines& lines, std::string_view text) {
  while (!text.empty()) {
    const std::size_t word_at = std::min(text.find_first_not_of(' '), text.size());
    const std::string_view spaces = text.substr(0, word_at);
    text.remove_prefix(word_at);
    const std::size_t word_end = std::min(text.find(' '), text.size());
    if (word_end > 0) lines.add(spaces, text.substr(0, word_end));
    text.remove_prefix(word_end);
  }
}

std::string expand_tabs(std::string_view line) {
  std::string text;
  std::size_t column = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view character = character_at(line, at);
    if (character == "\t") {
      const std::size_t fill = 8 - column % 8;
      text.append(fill, ' ');
      column += fill;
    } else {
      text += character;
      column += display_width(character);
    }
    at += character.size();
  }
  return text;
}

// The words of a command line, quotes and backslashes heeded.
std::vector<std::string_view> command_words(std::string_view command) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  char quote = 0;
  for (std::size_t at = 0; at <= command.size(); ++at) {
    const bool ends = at == command.size() || (quote == 0 && command[at] == ' ');
    if (ends) {
      if (at > begin) words.push_back(command.substr(begin, at - begin));
      begin = at + 1;
    } else if (quote != 0) {
      if (command[at] == quote) quote = 0;
    } else if (command[at] == '\'' || command[at] == '"') {
      quote = command[at];
    } else if (command[at] == '\\') {
      ++at;
    }
  }
  return words;
}

// '' in front changes nothing for the shell, and no reader of logs takes the line for a command of its own.
std::string inert(std::string_view begin_of_line) {
  return (trim(begin_of_line).starts_with("::") ? "''" : "") + std::string(begin_of_line);
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 2);
  std::vector<std::string> all;
  for (const std::string_view paragraph : split_lines(text)) {
    Lines lines(columns);
    add_words(lines, expand_tabs(paragraph));
    for (std::string& line : lines.take()) all.push_back(std::move(line));
  }
  if (all.empty()) all.emplace_back();
  return all;
}

std::vector<std::string> wrap_verbatim(std::string_view line, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 2);
  const std::string text = expand_tabs(line);
  std::vector<std::string> all;
  std::string_view rest = text;
  do {
    std::size_t bytes = rest.empty() ? 0 : fitting(rest, columns);
    // Between words where that leaves no more than half a line empty.
    if (const std::size_t blank = rest.substr(0, bytes).rfind(' ');
        bytes < rest.size() && blank != rest.npos && 2 * (blank + 1) > bytes)
      bytes = blank + 1;
    all.emplace_back(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
  } while (!rest.empty());
  return all;
}

std::vector<std::string> wrap_command(std::string_view command, std::size_t columns) {
  constexpr std::size_t kContinuation = 2;  // " \"
  columns = std::max<std::size_t>(columns, kContinuation + 4);
  std::vector<std::string> all;
  std::string line;
  const auto flush = [&](std::string_view end) { all.push_back(std::exchange(line, {}).append(end)); };
  for (const std::string_view word : command_words(command)) {
    if (!line.empty() && display_width(line) + 1 + display_width(word) + kContinuation > columns) {
      flush(" \\");
    }
    line += line.empty() ? inert(word) : ' ' + std::string(word);
    while (display_width(line) + kContinuation > columns) {
      const std::string whole = std::exchange(line, {});
      const std::size_t full = fitting(whole, columns - kContinuation);
      line = whole.substr(0, full);
      flush("");
      line = inert(std::string_view(whole).substr(full));
    }
  }
  if (!line.empty() || all.empty()) flush("");
  return all;
}

}  // namespace memgrade::report
