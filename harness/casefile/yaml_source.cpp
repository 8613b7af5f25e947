#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>
#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/utf8.hpp>
#include <harness/casefile/yaml_events.hpp>
#include <harness/casefile/yaml_source.hpp>
#include <optional>
#include <set>
#include <sstream>

namespace memgrade::casefile {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// The column in characters, from 1, of the byte at `offset` of its line.
int character_column(std::string_view line, std::size_t offset) {
  const auto before = line.substr(0, offset);
  return 1 + static_cast<int>(before.size()) -
         static_cast<int>(std::ranges::count_if(before, continues_character));
}

Place place_of_byte(const std::string& file, std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const std::size_t start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  return {file, 1 + static_cast<int>(std::ranges::count(before, '\n')),
          character_column(text.substr(start), offset - start)};
}

// yaml-cpp counts a column in bytes, and sometimes points behind the last line.
Place place_of_mark(const std::string& file, std::string_view text, const YAML::Mark& mark) {
  if (mark.is_null() || mark.line < 0 || mark.column < 0) return {file, 1, 1};
  std::size_t start = 0;
  for (int line = 0; line < mark.line; ++line) {
    const std::size_t end = text.find('\n', start);
    if (end == text.npos) break;
    start = end + 1;
  }
  return {file, mark.line + 1, character_column(text.substr(start), static_cast<std::size_t>(mark.column))};
}

// Columns of the whole tree, from bytes to characters. An anchored node is met more than once.
class ColumnsInCharacters {
 public:
  explicit ColumnsInCharacters(std::string_view text) : lines_(split_lines(text)) {}
  static bool needed(std::string_view text) { return std::ranges::any_of(text, continues_character); }
  void mend(const NodePtr& node) {
    if (!node || done_.contains(node.get())) return;
    // The tree is ours alone until it is returned.
    auto& mutable_node = const_cast<YamlNode&>(*node);
    const auto line = static_cast<std::size_t>(node->line - 1);
    if (line < lines_.size()) {
      mutable_node.column = character_column(lines_[line], static_cast<std::size_t>(node->column - 1));
    }
    if (node.use_count() > 1) done_.insert(node.get());
    for (const auto& item : node->items) mend(item);
    for (const auto& [key, value] : node->entries) {
      mend(key);
      mend(value);
    }
  }

 private:
  std::vector<std::string_view> lines_;
  std::set<const YamlNode*> done_;
};

std::optional<CaseDiagnostic> bad_bytes(const std::string& file, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto character = utf8::decode(text, i);
    if (!character) {
      return CaseDiagnostic{place_of_byte(file, text, i),
                            fmt::format("the byte 0x{:02X} is not UTF-8; save the file as UTF-8",
                                        static_cast<unsigned char>(text[i]))};
    }
    i += character->bytes;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool line_end = text[i] == '\n' || (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if ((byte >= 0x20 && byte != 0x7F) || text[i] == '\t' || line_end) continue;
    return CaseDiagnostic{place_of_byte(file, text, i),
                          fmt::format("the control character U+{:04X} is not allowed", byte)};
  }
  return std::nullopt;
}

// What the scanner says of a tab in the indentation is a riddle ("illegal map value").
std::optional<CaseDiagnostic> tab_in_indentation(const std::string& file, std::string_view text, int line) {
  const auto lines = split_lines(text);
  const auto index = static_cast<std::size_t>(std::max(line - 1, 0));
  if (index >= lines.size()) return std::nullopt;
  const std::size_t tab = lines[index].find_first_not_of(' ');
  if (tab == std::string_view::npos || lines[index][tab] != '\t') return std::nullopt;
  return CaseDiagnostic{{file, line, static_cast<int>(tab) + 1},
                        "a tab in the indentation; YAML is indented with blanks"};
}

CaseDiagnostic syntax_error(const std::string& file, std::string_view text, const YAML::Mark& mark,
                            const std::string& message) {
  const Place place = place_of_mark(file, text, mark);
  if (auto tab = tab_in_indentation(file, text, place.line)) return *tab;
  return {place, "YAML: " + to_utf8(message)};  // "unknown escape character" quotes a byte of a character
}

// yaml-cpp takes a quoted text that the end of the file cuts off for a whole one. Such a text is the last.
bool quote_is_open(std::string_view text, const YAML::Mark& last_scalar) {
  if (last_scalar.is_null() || last_scalar.pos < 0) return false;
  auto at = static_cast<std::size_t>(last_scalar.pos);
  if (at < text.size() && text[at] == '&') at = text.find_first_of(" \t\r\n", at);
  if (at >= text.size()) return false;
  at = text.find_first_not_of(" \t\r\n", at);
  if (at >= text.size() || (text[at] != '\'' && text[at] != '"')) return false;
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\')
      ++i;
    else if (text[i] == quote && quote == '\'' && i + 1 < text.size() && text[i + 1] == quote)
      ++i;
    else if (text[i] == quote)
      return false;
  }
  return true;
}

}  // namespace

std::string shown(std::string_view text) {
  return "'" + replace_all(replace_all(printable(shorten(text, 60)), "\n", " "), "\t", " ") + "'";
}

Document parse_document(std::string file, std::string_view text) {
  Document document{std::move(file), nullptr, {}};
  const auto diagnose = [&](CaseDiagnostic diagnostic) {
    document.diagnostics.push_back(std::move(diagnostic));
  };
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (auto bad = bad_bytes(document.file, text)) {
    diagnose(std::move(*bad));
    return document;
  }
  TreeBuilder builder;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    document.root = builder.root();
    if (quote_is_open(text, builder.last_scalar())) {
      throw StopParsing{builder.last_scalar(), "this quoted text has no end"};
    }
  } catch (const StopParsing& stop) {
    diagnose({place_of_mark(document.file, text, stop.mark), stop.message});
  } catch (const YAML::Exception& error) {
    // Of what is missing at the end it says no place.
    const bool nowhere = error.mark.line <= 0 && error.mark.column <= 0;
    const YAML::Mark mark = nowhere ? builder.unclosed() : error.mark;
    diagnose(syntax_error(document.file, text, mark, error.msg));
  } catch (const std::exception& error) {
    diagnose({{document.file, 1, 1}, fmt::format("YAML: the parser gave up: {}", error.what())});
  }
  if (!document.diagnostics.empty())
    document.root = nullptr;
  else if (!document.root)
    diagnose({{document.file, 1, 1}, "the file is empty"});
  if (document.root && ColumnsInCharacters::needed(text)) ColumnsInCharacters(text).mend(document.root);
  return document;
}

Document read_document(const std::filesystem::path& path) {
  const std::string file = show_path(path);
  const auto refused = [&](std::string message) {
    return Document{file, nullptr, {{{file, 1, 1}, std::move(message)}}};
  };
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  switch (status.type()) {
    case std::filesystem::file_type::regular:
      break;
    case std::filesystem::file_type::not_found:
      return refused("the file is missing");
    case std::filesystem::file_type::directory:
      return refused("a directory stands where a file is meant");
    case std::filesystem::file_type::symlink:
      return refused("a symbolic link; case files are regular files");
    case std::filesystem::file_type::none:
      return refused("cannot be read: " + error.message());
    default:
      return refused("not a regular file");
  }
  const auto part = read_untrusted(path, max_file_bytes);
  if (!part) return refused("cannot be read: " + part.error().message);
  if (part->cut)
    return refused(fmt::format("{} bytes; a case file has at most {}", part->total_bytes, max_file_bytes));
  return parse_document(file, part->bytes);
}

}  // namespace memgrade::casefile
