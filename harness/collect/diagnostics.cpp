// Compiler output -> findings. GCC and Clang write "file:line:col: severity: message [-Woption]"; linkers
// write "file:(.text+0x1): undefined reference to `f'", make nothing that we need.
#include <algorithm>
#include <filesystem>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/diagnostics.hpp>
#include <set>

namespace memgrade::collect {
namespace {

// The number that `text` begins with, and what is left of it behind a colon; 0 when there is none.
int leading_number(std::string_view& text) {
  std::size_t digits = 0;
  int number = 0;
  while (digits < text.size() && digits < 8 && text[digits] >= '0' && text[digits] <= '9')
    number = number * 10 + (text[digits++] - '0');
  if (digits == 0 || digits >= text.size() || text[digits] != ':') return 0;
  text.remove_prefix(digits + 1);
  return number;
}

bool take_severity(std::string_view& text, std::string& severity) {
  for (const std::string_view word : {"fatal error", "error", "warning", "note"}) {
    const std::string_view blank_word = trim(text);
    if (!blank_word.starts_with(word) || !blank_word.substr(word.size()).starts_with(": ")) continue;
    severity = word == "fatal error" ? "error" : std::string(word);
    text = blank_word.substr(word.size() + 2);
    return true;
  }
  return false;
}

std::string take_option(std::string_view& message) {
  const std::size_t open = message.rfind(" [-W");
  if (open == message.npos || !message.ends_with(']')) return {};
  std::string option(message.substr(open + 2, message.size() - open - 3));
  message = message.substr(0, open);
  return option;
}

std::string relative_to(std::string_view file, std::string_view root) {
  if (file.starts_with(root)) file.remove_prefix(root.size());
  while (file.starts_with('/') || file.starts_with("./")) file.remove_prefix(file.starts_with('/') ? 1 : 2);
  return printable(file);
}

// The file of the tree that `name` is, seen from one of its folders; "" where it is none or may be several.
std::string file_seen_from_a_folder(const std::string& name, const std::set<fs::path>& files) {
  std::set<fs::path> folders, fitting;
  for (const fs::path& file : files) folders.insert(file.parent_path());
  for (const fs::path& folder : folders)
    if (const fs::path file = (folder / name).lexically_normal(); files.contains(file)) fitting.insert(file);
  return fitting.size() == 1 ? fitting.begin()->string() : std::string();
}

}  // namespace

void locate_files(std::vector<Diagnostic>& diagnostics, const fs::path& tree) {
  std::error_code ignored;
  const auto is_there = [&](const Diagnostic& one) {
    return fs::path(one.file).is_absolute() || fs::exists(tree / one.file, ignored);
  };
  if (std::ranges::all_of(diagnostics, is_there)) return;
  const auto list = list_files(tree);
  if (!list) return;
  const std::set<fs::path> files(list->begin(), list->end());
  for (Diagnostic& one : diagnostics) {
    if (is_there(one)) continue;
    if (std::string file = file_seen_from_a_folder(one.file, files); !file.empty())
      one.file = printable(file);
  }
}

std::vector<Diagnostic> parse_diagnostics(std::string_view output, std::string_view root) {
  std::vector<Diagnostic> found;
  constexpr std::size_t most = 200;  // a page of errors is read, a thousand are not
  for (std::string_view line : split_lines(output)) {
    if (found.size() >= most) break;
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0 || line.starts_with(' ')) continue;
    Diagnostic diagnostic;
    std::string_view rest = line.substr(colon + 1);
    diagnostic.line = leading_number(rest);
    if (diagnostic.line == 0) {
      if (rest.find("undefined reference to") == rest.npos &&
          rest.find("multiple definition of") == rest.npos)
        continue;
      const std::size_t text = rest.find(": ");
      diagnostic.severity = "error";
      diagnostic.message = printable(trim(text == rest.npos ? rest : rest.substr(text + 2)));
    } else {
      diagnostic.column = leading_number(rest);
      if (!take_severity(rest, diagnostic.severity)) continue;
      diagnostic.option = take_option(rest);
      diagnostic.message = printable(rest);
    }
    diagnostic.file = relative_to(line.substr(0, colon), root);
    found.push_back(std::move(diagnostic));
  }
  return found;
}

}  // namespace memgrade::collect
