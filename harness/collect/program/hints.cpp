#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/program/hint_words.hpp>
#include <harness/collect/program/hints.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostLiterals = 1000, kMostLiteralBytes = 400, kMostTemplates = 16, kMostOptions = 12,
                      kMostCopies = 4, kWindowBytes = 240;

bool is_source_name(const std::string& name) {
  static const std::vector<std::string> globs = {"*.c", "*.C", "*.cc", "*.cpp", "*.cxx", "*.h", "*.hpp"};
  return file_matches(globs, name);
}

bool is_prose_name(const std::string& name) {
  static const std::vector<std::string> globs = {"*.sh",    "Makefile", "makefile", "GNUmakefile",
                                                 "README*", "readme*",  "Readme*",  "*.md"};
  return file_matches(globs, name);
}

// The code without its comments, and its string literals; neighbours that the compiler joins are one.
struct ScannedCode {
  std::string code;
  std::vector<std::string> literals;
  std::set<char> characters;
};

class CodeScanner {
 public:
  explicit CodeScanner(std::string_view text) : text_(text) {}

  ScannedCode scan() {
    while (at_ < text_.size()) step();
    return std::move(scanned_);
  }

 private:
  void step() {
    if (text_.substr(at_, 2) == "//") return skip_to("\n", 0);
    if (text_.substr(at_, 2) == "/*") return skip_to("*/", 2);
    if (text_[at_] == '"') return literal();
    if (text_[at_] == '\'') return character();
    joins_ = joins_ && std::string_view(" \t\r\n\\").find(text_[at_]) != std::string_view::npos;
    scanned_.code += text_[at_++];
  }

  void skip_to(std::string_view end, std::size_t length) {
    const std::size_t found = text_.find(end, at_ + 2);
    at_ = found == text_.npos ? text_.size() : found + length;
  }

  void character() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '\'' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, text_.size());
    if (end == at_ + 3) scanned_.characters.insert(text_[at_ + 1]);
    scanned_.code += text_.substr(at_, end - at_);
    at_ = end;
    joins_ = false;
  }

  void literal() {
    std::string value;
    std::size_t end = at_ + 1;
    for (; end < text_.size() && text_[end] != '"' && text_[end] != '\n'; ++end) {
      if (text_[end] == '\\' && end + 1 < text_.size()) {
        const char escaped = text_[++end];
        value += escaped == 'n' || escaped == 't' ? '\n' : escaped;
      } else {
        value += text_[end];
      }
    }
    end = std::min(end + 1, text_.size());
    scanned_.code += text_.substr(at_, end - at_);
    at_ = end;
    if (joins_ && !scanned_.literals.empty())
      scanned_.literals.back() += value;
    else if (scanned_.literals.size() < kMostLiterals)
      scanned_.literals.push_back(value);
    scanned_.literals.back() = scanned_.literals.back().substr(0, kMostLiteralBytes);
    joins_ = true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool joins_ = false;
  ScannedCode scanned_;
};

class HintReader {
 public:
  HintReader(const std::string& program, const CallSearch& search,
             const std::map<std::string, std::vector<std::string>>& values)
      : program_(fs::path(program).filename().string()), words_{search, values} {}

  void read_source(const std::string& text);
  void read_prose(const std::string& text);
  Hints take();

 private:
  void add_option(OptionHint option);
  void add_template(std::vector<CallTemplate>& templates, std::optional<CallTemplate> made);
  void getopt_letters(const std::string& code);
  void long_options(const std::string& code);
  void compared_words(const ScannedCode& scanned);
  void usage_lines(const ScannedCode& scanned);
  void argument_counts(const std::string& code);
  void file_names(const ScannedCode& scanned);
  [[nodiscard]] std::string argument_of_letter(const std::string& code, char letter) const;

  std::string program_;
  HintWords words_;
  Hints hints_;
  std::vector<CallTemplate> usages_;
};

void HintReader::add_option(OptionHint option) {
  const auto known = std::ranges::find(hints_.options, option.text, &OptionHint::text);
  if (!option.argument.empty()) hints_.taken.insert(option.argument);
  if (known != hints_.options.end()) {
    if (known->argument.empty()) *known = std::move(option);
  } else if (hints_.options.size() < kMostOptions) {
    hints_.options.push_back(std::move(option));
  }
}

void HintReader::add_template(std::vector<CallTemplate>& templates, std::optional<CallTemplate> made) {
  if (made && templates.size() < kMostTemplates && std::ranges::find(templates, *made) == templates.end())
    templates.push_back(std::move(*made));
}

// What the code does where it meets the option's letter: `case 'n': frames = atoi(optarg);`
std::string HintReader::argument_of_letter(const std::string& code, char letter) const {
  const RE2 meets(fmt::format("(?:case\\s*|==\\s*)(?:'{}'|{}\\b)", RE2::QuoteMeta(std::string(1, letter)),
                              static_cast<int>(letter)));
  static const RE2 next("(?:case|==)\\s*(?:'|\\d+\\s*\\))");
  std::string_view rest = code;
  re2::StringPiece piece(rest.data(), rest.size());
  if (!RE2::FindAndConsume(&piece, meets)) return "";
  const re2::StringPiece window(piece.data(), std::min(piece.size(), kWindowBytes));
  re2::StringPiece found;
  std::size_t length = window.size();
  if (next.Match(window, 0, window.size(), RE2::UNANCHORED, &found, 1))
    length = static_cast<std::size_t>(found.data() - window.data());
  return words_.argument_of_code({window.data(), length});
}

void HintReader::getopt_letters(const std::string& code) {
  static const RE2 call("getopt(?:_long)?(?:_only)?\\s*\\(\\s*[^,;]+,\\s*[^,;]+,\\s*\"([^\"]{1,60})\"");
  re2::StringPiece piece(code);
  std::string letters;
  while (RE2::FindAndConsume(&piece, call, &letters)) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (!std::isalnum(static_cast<unsigned char>(letters[i]))) continue;
      const bool takes_value = letters.substr(i + 1, 1) == ":";
      add_option({fmt::format("-{}", letters[i]), takes_value ? argument_of_letter(code, letters[i]) : "",
                  takes_value});
    }
  }
}

void HintReader::long_options(const std::string& code) {
  static const RE2 entry("\\{\\s*\"([A-Za-z][\\w-]{1,30})\"\\s*,\\s*(required_argument|1)\\s*,");
  re2::StringPiece piece(code);
  std::string name;
  while (RE2::FindAndConsume(&piece, entry, &name, nullptr))
    add_option({"--" + name, words_.argument_of(name), true});
}

// Options by hand: `strcmp(argv[i], "-n") == 0`, `argv[i][1] == 'n'`.
void HintReader::compared_words(const ScannedCode& scanned) {
  static const RE2 option("--?[A-Za-z][\\w-]{0,30}=?");
  for (const char letter : scanned.characters) hints_.literals.insert(std::string(1, letter));
  for (const std::string& literal : scanned.literals) {
    hints_.literals.insert(literal);
    if (!RE2::FullMatch(literal, option)) continue;
    const std::string body = literal.substr(literal.find_first_not_of('-'));
    if (const auto value = words_.placeholder_of_value(body)) {
      add_option({literal.substr(0, literal.size() - body.size()) + *value, "", false});
      continue;
    }
    const std::size_t at = scanned.code.find('"' + literal + '"');
    std::string argument = body.size() > 1 ? words_.argument_of(body) : "";
    if (argument.empty() && at != std::string::npos) {
      std::string_view window = std::string_view(scanned.code).substr(at + literal.size() + 2, kWindowBytes);
      argument = words_.argument_of_code(window.substr(0, window.find("\"-")));
    }
    add_option({literal, argument, true});
  }
  static const RE2 by_hand("argv\\s*\\[[^\\]]+\\]\\s*\\[\\s*1\\s*\\]\\s*==\\s*'([A-Za-z])'");
  static const RE2 cased("switch\\s*\\(\\s*argv\\s*\\[[^\\]]+\\]\\s*\\[\\s*1\\s*\\]");
  re2::StringPiece piece(scanned.code);
  std::string letter;
  while (RE2::FindAndConsume(&piece, by_hand, &letter))
    add_option({"-" + letter, argument_of_letter(scanned.code, letter[0]), true});
  if (!RE2::PartialMatch(scanned.code, cased)) return;
  static const RE2 label("case\\s*'([A-Za-z])'");
  re2::StringPiece rest(scanned.code);
  while (RE2::FindAndConsume(&rest, label, &letter))
    add_option({"-" + letter, argument_of_letter(scanned.code, letter[0]), true});
}

// "usage: %s [-n 128|256] BACKING_STORE.bin addresses.txt"
void HintReader::usage_lines(const ScannedCode& scanned) {
  for (const std::string& literal : scanned.literals) {
    for (const std::string_view line : split_lines(literal)) {
      const std::string lower = to_lower(line);
      std::size_t start = lower.find("usage");
      std::size_t name = std::min(line.find("%s"), line.find("./"));
      if (start == lower.npos && name != 0) continue;
      if (start != lower.npos && name == lower.npos) name = lower.find_first_not_of(": ", start + 5);
      if (name == lower.npos) continue;
      const std::size_t arguments = line.find_first_of(" \t", name);
      if (arguments != line.npos) add_template(usages_, words_.call_template(line.substr(arguments)));
    }
  }
}

void HintReader::argument_counts(const std::string& code) {
  static const RE2 main_line("main\\s*\\(\\s*(?:const\\s+)?int\\s+(\\w{1,30})");
  std::string name;
  if (!RE2::PartialMatch(code, main_line, &name)) return;
  const RE2 compared("\\b" + name + "\\s*(==|!=|<|>=|>|<=)\\s*(\\d{1,2})\\b");
  re2::StringPiece piece(code);
  std::string how;
  std::size_t number = 0;
  while (RE2::FindAndConsume(&piece, compared, &how, &number)) {
    if (how == ">" || how == "<=") ++number;
    if (number >= 1) hints_.counts.insert(number - 1);
  }
  static const RE2 number_read(
      "(?:atoi|strto\\w+|stoi|sscanf)\\s*\\(\\s*(?:argv|optarg|\\w\\s*\\[\\s*\\w+\\s*\\])");
  for (const auto& [argument, values] : words_.values)
    if (!values.empty() && std::isdigit(static_cast<unsigned char>(values.front()[0])) &&
        RE2::PartialMatch(code, number_read))
      hints_.taken.insert(argument);
}

void HintReader::file_names(const ScannedCode& scanned) {
  static const RE2 name("[\\w.-]{1,60}\\.(?:bin|txt|dat)|BACKING_STORE");
  for (std::string literal : scanned.literals) {
    if (literal.starts_with("./")) literal.erase(0, 2);
    if (!RE2::FullMatch(literal, name) || hints_.opened.size() >= kMostCopies) continue;
    const CallArgument* argument = words_.search.argument(words_.argument_of(literal));
    if (argument != nullptr && !argument->file.empty() && argument->file != literal)
      hints_.opened[literal] = argument->file;
  }
}

// Whether the code compares with one of the words (as a whole, in any case), or with all of their first
// letters.
bool reads_values(const ScannedCode& scanned, const std::vector<std::string>& values) {
  if (values.empty() || std::isdigit(static_cast<unsigned char>(values.front()[0]))) return false;
  const bool a_word = std::ranges::any_of(values, [&](const std::string& value) {
    return std::ranges::any_of(
        scanned.literals, [&](const std::string& literal) { return to_lower(literal) == to_lower(value); });
  });
  return a_word || std::ranges::all_of(values, [&](const std::string& value) {
           return scanned.characters.contains(value[0]) || scanned.characters.contains(to_upper(value)[0]);
         });
}

void HintReader::read_source(const std::string& text) {
  const ScannedCode scanned = CodeScanner(text).scan();
  getopt_letters(scanned.code);
  long_options(scanned.code);
  compared_words(scanned);
  usage_lines(scanned);
  argument_counts(scanned.code);
  file_names(scanned);
  for (const auto& [argument, values] : words_.values)
    if (reads_values(scanned, values)) hints_.taken.insert(argument);
}

// A line that calls the program: `./vm -n 256 BACKING_STORE.bin addresses.txt > out.txt`.
void HintReader::read_prose(const std::string& text) {
  for (const std::string_view line : split_lines(text)) {
    for (const std::string& name : {"./" + program_, std::string("./a.out")}) {
      const std::size_t at = line.find(name);
      if (at == line.npos || line.size() > 4 * kMostLiteralBytes) continue;
      std::string_view rest = line.substr(at + name.size());
      if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') continue;
      rest = rest.substr(0, rest.find_first_of(">;&#`\r"));
      const std::size_t pipe = rest.find(" | ");
      add_template(hints_.templates, words_.call_template(rest.substr(0, pipe)));
    }
  }
}

Hints HintReader::take() {
  for (CallTemplate& usage : usages_) add_template(hints_.templates, std::move(usage));
  return std::move(hints_);
}

}  // namespace

std::vector<TextFile> hint_files(const fs::path& tree) {
  std::vector<TextFile> texts;
  const auto files = list_files(tree);
  if (!files) return texts;
  for (const fs::path& file : *files) {
    if (texts.size() >= kMostHintFiles) break;
    if (!is_source_name(file.string()) && !is_prose_name(file.string())) continue;
    auto part = read_untrusted(tree, file, kMostHintBytes);
    if (part) texts.push_back({file.string(), std::move(part->bytes)});
  }
  return texts;
}

Hints read_hints(const std::vector<TextFile>& files, const std::string& program,
                 const std::vector<std::string>& programs, const CallSearch& search,
                 const std::map<std::string, std::vector<std::string>>& values) {
  HintReader reader(program, search, values);
  const std::string own = fs::path(program).stem().string();
  for (const TextFile& file : files) {
    const std::string stem = fs::path(file.name).stem().string();
    const bool of_another = stem != own && std::ranges::any_of(programs, [&](const std::string& other) {
                              return fs::path(other).stem().string() == stem;
                            });
    if (is_source_name(file.name)) {
      if (!of_another) reader.read_source(file.text);
    } else {
      reader.read_prose(file.text);
    }
  }
  return reader.take();
}

}  // namespace memgrade::collect
