#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/program/option_code.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kWindowBytes = 240;

re2::StringPiece piece_of(std::string_view text) {
  return {text.data(), text.size()};
}

// From the last end of a statement on.
std::string_view begun_statement(std::string_view code) {
  if (code.size() > kWindowBytes) code.remove_prefix(code.size() - kWindowBytes);
  const std::size_t end = code.find_last_of(";{}");
  return end == code.npos ? code : code.substr(end + 1);
}

// What a comparison's result is stored in: `lru = !strcmp(argv[1], "-l");`
std::string stored_in(std::string_view before) {
  static const RE2 stored(
      R"((?:^|[^\w.>])(\w+)\s*=\s*[(!\s]*(?:\w*cmp\s*\([^;"]*"?|\w+\s*\[[^;=]*==\s*'?)$)");
  std::string name;
  return RE2::PartialMatch(piece_of(before), stored, &name) ? name : "";
}

// Whether a statement takes one more word of the command line. One that takes several gives them away:
// `if (!strcmp(argv[1], "-l")) return run(argv[2], argv[3], LRU);`
bool takes_a_word(std::string_view statement, const std::string& argv) {
  const RE2 next(R"(\boptarg\b|\+\+\s*\w|\w\s*\+\+|\b)" + argv + R"(\s*\[\s*\w+\s*\+)");
  if (RE2::PartialMatch(piece_of(statement), next)) return true;
  const RE2 word(R"(\b)" + argv + R"(\s*\[)");
  re2::StringPiece rest = piece_of(statement);
  int words = 0;
  while (RE2::FindAndConsume(&rest, word)) ++words;
  return words == 1;
}

OptionCode read_option(const HintWords& words, std::string_view before, std::string_view after,
                       const std::string& argv) {
  if (const std::string name = stored_in(begun_statement(before)); !name.empty())
    return {OptionValue::none, words.argument_of(name)};
  // `strcmp("-l", argv[1])` speaks of the word that is compared.
  if (trim(before).ends_with('(')) after = after.substr(std::min(after.find(')'), after.size()));
  const std::string_view statement = after.substr(0, after.find(';'));
  if (takes_a_word(statement, argv)) return {OptionValue::follows, words.argument_of_code(after)};
  const std::string named = words.argument_of(statement);
  return {OptionValue::perhaps, named.empty() ? words.argument_of_code(after) : named};
}

}  // namespace

std::string argv_name(const std::string& code) {
  static const RE2 main_line(
      R"(\bmain\s*\(\s*(?:const\s+)?int\s+\w{1,30}\s*,\s*(?:const\s+)?char\b[\s*]*(?:const\b[\s*]*)?(\w{1,30}))");
  std::string name;
  return RE2::PartialMatch(code, main_line, &name) ? name : "argv";
}

OptionCode option_code(const HintWords& words, std::string_view code, const std::string& literal,
                       const std::string& argv) {
  const std::string written = '"' + literal + '"';
  const std::size_t at = code.find(written);
  if (at == code.npos) return {};
  const std::string_view window = code.substr(at + written.size(), kWindowBytes);
  return read_option(words, code.substr(0, at), window.substr(0, window.find("\"-")), argv);
}

OptionCode option_code(const HintWords& words, std::string_view code, char letter, const std::string& argv) {
  const RE2 meets(fmt::format("((?:case\\s*|==\\s*)(?:'{}'|{}\\b))", RE2::QuoteMeta(std::string(1, letter)),
                              static_cast<int>(letter)));
  static const RE2 next("((?:case|==)\\s*(?:'|\\d+\\s*\\)))");
  const re2::StringPiece text = piece_of(code);
  re2::StringPiece found;
  if (!meets.Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1)) return {};
  const auto begin = static_cast<std::size_t>(found.data() - code.data());
  std::string_view window = code.substr(begin + found.size(), kWindowBytes);
  if (next.Match(piece_of(window), 0, window.size(), RE2::UNANCHORED, &found, 1))
    window = window.substr(0, static_cast<std::size_t>(found.data() - window.data()));
  // "== " stands before the letter.
  return read_option(words, code.substr(0, begin + 2), window, argv);
}

}  // namespace memgrade::collect
