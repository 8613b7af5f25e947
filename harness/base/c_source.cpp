#include <algorithm>
#include <array>
#include <harness/base/c_source.hpp>
#include <harness/base/c_text.hpp>
#include <harness/base/student_markers.hpp>
#include <harness/base/text.hpp>
#include <set>

namespace memgrade {
namespace {

bool begins_name(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
}
bool in_name(char letter) {
  return begins_name(letter) || (letter >= '0' && letter <= '9');
}

void blank(std::string& code, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < std::min(end, code.size()); ++i)
    if (code[i] != '\n') code[i] = ' ';
}

// The offset behind the line that holds `at`, lines that end in a backslash taken together.
std::size_t logical_line_end(std::string_view code, std::size_t at) {
  while (true) {
    const std::size_t end = code.find('\n', at);
    if (end == std::string_view::npos) return code.size();
    if (end == 0 || code[end - 1] != '\\') return end;
    at = end + 1;
  }
}

// Takes "#define NAME(a) body" into the definitions; no directive stays in the code outside of them.
void take_directives(CSource& source, std::string& outside) {
  for (std::size_t begin = 0; begin < source.code.size();) {
    const std::size_t end = logical_line_end(source.code, begin);
    const std::size_t hash = source.code.find_first_not_of(" \t", begin);
    if (hash < end && source.code[hash] == '#') {
      std::size_t at = source.code.find_first_not_of(" \t", hash + 1);
      if (at < end && source.code.compare(at, 6, "define") == 0) {
        at = source.code.find_first_not_of(" \t", at + 6);
        std::size_t name_end = std::min(at, end);
        while (name_end < end && in_name(source.code[name_end])) ++name_end;
        if (name_end > at)
          source.definitions.push_back({source.code.substr(at, name_end - at), name_end, end});
      }
      blank(outside, begin, end);
    }
    begin = end + 1;
  }
}

// Words with parentheses that are no function's name.
bool is_attribute(std::string_view name) {
  constexpr auto words = std::to_array<std::string_view>(
      {"__attribute__", "__acquires", "__releases", "__must_hold", "__printf", "__aligned", "__section"});
  return std::ranges::find(words, name) != words.end();
}

// Walks over code without directives and finds the bodies behind "name(…)".
class Bodies {
 public:
  explicit Bodies(std::string_view code) : code_(code) {}

  std::vector<CPart> find() {
    while (at_ < code_.size()) step();
    return std::move(found_);
  }

 private:
  void step() {
    const char letter = code_[at_];
    if (begins_name(letter)) {
      const std::size_t begin = at_;
      while (at_ < code_.size() && in_name(code_[at_])) ++at_;
      if (parens_ == 0 && braces_ == 0) last_ = code_.substr(begin, at_ - begin);
      return;
    }
    if (letter == '(') open_parenthesis();
    if (letter == ')' && parens_ > 0) --parens_;
    if (letter == '{') open_brace();
    if (letter == '}') close_brace();
    const bool ends_declaration = letter == ';' || letter == '=';
    if (ends_declaration && braces_ == 0 && parens_ == 0) name_ = last_ = {};
    ++at_;
  }
  void open_parenthesis() {
    if (parens_++ == 0 && braces_ == 0 && !last_.empty() && !is_attribute(last_)) name_ = last_;
  }
  void open_brace() {
    if (braces_++ == 0) body_ = at_;
    parens_ = 0;
  }
  void close_brace() {
    const bool first_of_line = at_ == 0 || code_[at_ - 1] == '\n';
    braces_ = first_of_line || braces_ == 0 ? 0 : braces_ - 1;
    if (braces_ > 0) return;
    if (!name_.empty()) found_.push_back({std::string(name_), body_, at_ + 1});
    name_ = last_ = {};
    parens_ = 0;
  }

  std::string_view code_;
  std::size_t at_ = 0, body_ = 0, parens_ = 0, braces_ = 0;
  std::string_view last_, name_;  // the last name seen; the one that has parentheses
  std::vector<CPart> found_;
};

}  // namespace

std::size_t CSource::line_of(std::size_t offset) const {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return static_cast<std::size_t>(std::count(text.begin(), end, '\n')) + 1;
}

std::string CSource::line_text(std::size_t offset) const {
  const std::size_t at = std::min(offset, text.size());
  const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

CSource read_c(std::string_view text) {
  CSource source;
  source.text = text;
  source.code = code_alone(text);
  std::ranges::replace(source.code, '\r', ' ');
  std::string outside = source.code;
  take_directives(source, outside);
  std::vector<CPart> functions = Bodies(outside).find();
  std::ranges::move(functions, std::back_inserter(source.definitions));
  return source;
}

void for_names(std::string_view code, std::size_t begin, std::size_t end,
               const std::function<void(std::string_view, std::size_t)>& take) {
  end = std::min(end, code.size());
  while (begin < end) {
    if (!in_name(code[begin])) {
      ++begin;
      continue;
    }
    std::size_t stop = begin;
    while (stop < end && in_name(code[stop])) ++stop;
    if (begins_name(code[begin])) take(code.substr(begin, stop - begin), begin);
    begin = stop;
  }
}

std::vector<CPart> marked_parts(const CSource& source, std::string_view part) {
  std::vector<CPart> parts;
  constexpr std::size_t none = std::string::npos;
  std::size_t begin = none;
  const std::string& text = source.text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto marker = student_marker(std::string_view(text).substr(at, end - at));
    if (marker && marker->begins && marker->part == part && begin == none) begin = at;
    if (marker && !marker->begins && begin != none) {
      parts.push_back({std::string(part), begin, end});
      begin = none;
    }
    at = end + 1;
  }
  if (begin != none) parts.push_back({std::string(part), begin, text.size()});
  return parts;
}

std::vector<CPart> reach_of(const CSource& source, const std::vector<CPart>& roots) {
  std::vector<CPart> reach = roots;
  std::set<std::size_t> taken;  // begins of definitions
  for (const CPart& root : roots) taken.insert(root.begin);
  for (std::size_t i = 0; i < reach.size(); ++i) {
    std::set<std::string, std::less<>> names;
    for_names(source.code, reach[i].begin, reach[i].end,
              [&](std::string_view name, std::size_t) { names.emplace(name); });
    for (const CPart& definition : source.definitions)
      if (names.contains(definition.name) && taken.insert(definition.begin).second)
        reach.push_back(definition);
  }
  return reach;
}

}  // namespace memgrade
