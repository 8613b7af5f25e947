#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/program/hint_words.hpp>
#include <harness/collect/program/hints.hpp>
#include <harness/collect/program/option_code.hpp>
#include <harness/collect/program/scanned_code.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostTemplates = 16, kMostOptions = 12, kMostCopies = 4, kMostLineBytes = 1600;

bool is_source_name(const std::string& name) {
  static const std::vector<std::string> globs = {"*.c", "*.C", "*.cc", "*.cpp", "*.cxx", "*.h", "*.hpp"};
  return file_matches(globs, name);
}

bool is_prose_name(const std::string& name) {
  static const std::vector<std::string> globs = {"*.sh",    "Makefile", "makefile", "GNUmakefile",
                                                 "README*", "readme*",  "Readme*",  "*.md"};
  return file_matches(globs, name);
}

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
  void compared_letters(const std::string& code);
  void argument_counts(const std::string& code);
  void numbers_read(const std::string& code);
  void file_names(const ScannedCode& scanned);
  void options_that_are_values();

  std::string program_;
  std::string argv_ = "argv";  // its name in the source that is read
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

void HintReader::getopt_letters(const std::string& code) {
  static const RE2 call("getopt(?:_long)?(?:_only)?\\s*\\(\\s*[^,;]+,\\s*[^,;]+,\\s*\"([^\"]{1,60})\"");
  re2::StringPiece piece(code);
  std::string letters;
  while (RE2::FindAndConsume(&piece, call, &letters)) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (!std::isalnum(static_cast<unsigned char>(letters[i]))) continue;
      const std::string option = fmt::format("-{}", letters[i]);
      if (letters.substr(i + 1, 1) == ":")
        add_option({option, option_code(words_, code, letters[i], argv_).argument, OptionValue::follows});
      else
        add_option({option, "", OptionValue::none});
    }
  }
}

void HintReader::long_options(const std::string& code) {
  static const RE2 entry(
      "\\{\\s*\"([A-Za-z][\\w-]{1,30})\"\\s*,\\s*(required_argument|no_argument|0|1)\\s*,");
  re2::StringPiece piece(code);
  std::string name, takes;
  while (RE2::FindAndConsume(&piece, entry, &name, &takes)) {
    if (takes == "required_argument" || takes == "1")
      add_option({"--" + name, words_.argument_of(name), OptionValue::follows});
    else
      add_option({"--" + name, "", OptionValue::none});
  }
}

// Options by hand: `strcmp(argv[i], "-n") == 0`.
void HintReader::compared_words(const ScannedCode& scanned) {
  static const RE2 option("--?[A-Za-z][\\w-]{0,30}=?");
  for (const char letter : scanned.characters) hints_.literals.insert(std::string(1, letter));
  for (const std::string& literal : scanned.literals) {
    hints_.literals.insert(literal);
    if (!RE2::FullMatch(literal, option)) continue;
    const std::string body = literal.substr(literal.find_first_not_of('-'));
    if (words_.placeholder_of_value(body)) {
      add_option({literal, "", OptionValue::none});
      continue;
    }
    const OptionCode told = option_code(words_, scanned.code, literal, argv_);
    const std::string named = body.size() > 1 ? words_.argument_of(body) : "";
    add_option({literal, named.empty() ? told.argument : named, told.value});
  }
}

// And by their letter: `argv[i][1] == 'n'`.
void HintReader::compared_letters(const std::string& code) {
  const std::string letter_of = "\\b" + argv_ + "\\s*\\[[^\\]]+\\]\\s*\\[\\s*1\\s*\\]";
  const RE2 by_hand(letter_of + "\\s*==\\s*'([A-Za-z])'");
  const RE2 cased("switch\\s*\\(\\s*" + letter_of);
  const auto add = [&](const std::string& letter) {
    const OptionCode told = option_code(words_, code, letter[0], argv_);
    add_option({"-" + letter, told.argument, told.value});
  };
  re2::StringPiece piece(code);
  std::string letter;
  while (RE2::FindAndConsume(&piece, by_hand, &letter)) add(letter);
  if (!RE2::PartialMatch(code, cased)) return;
  static const RE2 label("case\\s*'([A-Za-z])'");
  re2::StringPiece rest(code);
  while (RE2::FindAndConsume(&rest, label, &letter)) add(letter);
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
}

// Words that are read as numbers: `policy = atoi(argv[4])`.
void HintReader::numbers_read(const std::string& code) {
  static const RE2 any("(?:atoi|strto\\w+|stoi|sscanf)\\s*\\(\\s*\\w\\s*\\[\\s*\\w+\\s*\\]");
  const RE2 read("(?:(\\w+)\\s*=\\s*(?:\\(\\w+\\)\\s*)?)?\\b(?:atoi|strto\\w+|stoi|sscanf)\\s*\\(\\s*(" +
                 argv_ + "\\s*\\[[^\\]]+\\]|optarg)");
  std::set<std::string> words, read_into;
  std::size_t options = 0;
  re2::StringPiece piece(code);
  std::string into, word;
  while (RE2::FindAndConsume(&piece, read, &into, &word)) {
    read_into.insert(words_.argument_of(into));
    if (word == "optarg")
      ++options;
    else
      words.insert(word);
  }
  hints_.numbers = std::max(hints_.numbers, words.size() + options);
  const bool reads_any = hints_.numbers > 0 || RE2::PartialMatch(code, any);
  for (const auto& [argument, values] : words_.values) {
    const bool number = !values.empty() && std::isdigit(static_cast<unsigned char>(values.front()[0]));
    if (number ? reads_any : read_into.contains(argument)) hints_.taken.insert(argument);
  }
}

void HintReader::file_names(const ScannedCode& scanned) {
  static const RE2 name("[\\w.-]{1,60}\\.(?:bin|txt|dat)|BACKING_STORE");
  for (std::string literal : scanned.literals) {
    if (literal.starts_with("./")) literal.erase(0, 2);
    if (!RE2::FullMatch(literal, name) || hints_.opened.size() >= kMostCopies) continue;
    const CallArgument* argument = words_.search.argument(words_.argument_of(literal));
    if (argument != nullptr && !argument->file.empty() && !argument->output)
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
  const ScannedCode scanned = scan_code(text);
  argv_ = argv_name(scanned.code);
  getopt_letters(scanned.code);
  long_options(scanned.code);
  compared_words(scanned);
  compared_letters(scanned.code);
  usage_lines(scanned);
  argument_counts(scanned.code);
  numbers_read(scanned.code);
  file_names(scanned);
  static const RE2 input(
      R"(\bscanf\s*\(|\bstdin\b|\bgetchar\s*\(|\bgets\s*\(|\bcin\s*>>|\bread\s*\(\s*(?:0|STDIN_FILENO)\s*,)");
  hints_.reads_input = hints_.reads_input || RE2::PartialMatch(scanned.code, input);
  for (const auto& [argument, values] : words_.values)
    if (reads_values(scanned, values)) hints_.taken.insert(argument);
}

// Without "> out.txt"; "<addresses>" is a word all the same.
std::string_view without_output(std::string_view command_line) {
  std::size_t end = command_line.find('>');
  while (end != command_line.npos) {
    const std::size_t open = command_line.rfind('<', end);
    const bool bracket = open != command_line.npos && open + 1 < end && command_line[open + 1] != ' ' &&
                         command_line[end - 1] != ' ';
    if (!bracket) break;
    end = command_line.find('>', end + 1);
  }
  return command_line.substr(0, end);
}

// A line that calls the program: `./vm -n 256 BACKING_STORE.bin addresses.txt > out.txt`.
void HintReader::read_prose(const std::string& text) {
  for (const std::string_view line : split_lines(text)) {
    for (const std::string& name : {"./" + program_, std::string("./a.out")}) {
      const std::size_t at = line.find(name);
      if (at == line.npos || line.size() > kMostLineBytes) continue;
      std::string_view rest = line.substr(at + name.size());
      if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') continue;
      rest = rest.substr(0, rest.find_first_of(";&#`\r"));
      rest = rest.substr(0, rest.find(" | "));
      add_template(hints_.templates, words_.call_template(without_output(rest)));
    }
  }
}

// "-l" for LRU: who knows it reads the policy.
void HintReader::options_that_are_values() {
  for (const auto& [argument, values] : words_.values)
    for (const OptionHint& hint : hints_.options)
      if (hint.value != OptionValue::follows && words_.is_value_as_option(argument, hint.text))
        hints_.taken.insert(argument);
}

Hints HintReader::take() {
  options_that_are_values();
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
