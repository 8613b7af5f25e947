#include <fmt/format.h>

#include <harness/base/strip_solutions.hpp>
#include <harness/base/student_markers.hpp>
#include <harness/base/text.hpp>

namespace memgrade {
namespace {

// What a line that is a comment says behind `word`, if that is what it begins with.
bool says(std::string_view line, std::string_view word, std::string_view& rest) {
  const auto said = comment_of(line);
  if (!said || !said->starts_with(word)) return false;
  rest = said->substr(word.size());
  return true;
}

std::string_view without_block_end(std::string_view text) {
  text = trim(text);
  if (text.ends_with("*/")) text = trim(text.substr(0, text.size() - 2));
  return text;
}

std::string_view indentation(std::string_view line) {
  return line.substr(0, line.find_first_not_of(" \t"));
}

// What is kept of the lines inside a marked part.
class KeptPart {
 public:
  void take(std::string_view line, std::string& kept) {
    std::string_view rest;
    if (says(line, "STUB:", rest)) {
      in_todo_ = false;
      const std::string_view code = without_block_end(rest);
      kept += code.empty() ? "" : std::string(indentation(line)) + std::string(code);
      kept += '\n';
      return;
    }
    const bool begins = says(line, "TODO", rest);
    // A TODO goes on while the comment does: to the end of the block, or while lines begin with the same
    // sign.
    const bool goes_on = in_todo_ && (in_block_ || (comment_of(line) && !trim(line).starts_with("/*")));
    if (!begins && !goes_on) {
      in_todo_ = false;
      return;
    }
    if (begins) in_block_ = trim(line).starts_with("/*");
    if (in_block_ && line.find("*/") != line.npos) {
      in_block_ = false;
      in_todo_ = false;
    } else {
      in_todo_ = true;
    }
    kept.append(line).append("\n");
  }

 private:
  bool in_todo_ = false, in_block_ = false;
};

}  // namespace

Result<Stripped> strip_solutions(std::string_view text, const std::string& file_name) {
  Stripped stripped;
  KeptPart part;
  int open_since = 0;  // the line of the BEGIN that is not closed yet
  int number = 0;
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t end = std::min(text.find('\n', position), text.size() - 1) + 1;
    const std::string_view whole = text.substr(position, end - position);
    const std::string_view line = whole.ends_with('\n') ? whole.substr(0, whole.size() - 1) : whole;
    position = end;
    ++number;
    const auto marker = comment_of(line) ? student_marker(line) : std::nullopt;
    const auto diagnose = [&](std::string what) {
      return fail(ErrorKind::case_file, std::move(what), fmt::format("{}:{}", file_name, number));
    };
    if (marker && marker->begins) {
      if (open_since)
        return diagnose(fmt::format("STUDENT BEGIN inside the part that begins in line {}", open_since));
      open_since = number;
      stripped.parts.emplace_back(marker->part);
      part = KeptPart();
      stripped.text += whole;
    } else if (marker) {
      if (!open_since) return diagnose("STUDENT END without a BEGIN");
      open_since = 0;
      stripped.text += whole;
    } else if (open_since) {
      part.take(line, stripped.text);
    } else {
      stripped.text += whole;
    }
  }
  if (open_since)
    return fail(ErrorKind::case_file, "STUDENT BEGIN without an END",
                fmt::format("{}:{}", file_name, open_since));
  return stripped;
}

}  // namespace memgrade
