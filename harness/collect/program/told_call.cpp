#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/candidates.hpp>
#include <harness/collect/program/told_call.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostTold = 1000, kMostToldWords = 32;

std::unexpected<Error> not_usable(const Instruction& instruction, std::string why) {
  return fail(ErrorKind::usage, std::move(why), instruction.source);
}

bool leaves_the_submission(const std::filesystem::path& path) {
  return path.is_absolute() || std::ranges::find(path, "..") != path.end();
}

// The program that the first word names: its path, or its name alone.
std::string built_program(const std::string& word, const std::vector<std::string>& programs) {
  const std::filesystem::path wanted = std::filesystem::path(word).lexically_normal();
  for (const std::string& program : programs)
    if (program == wanted) return program;
  for (const std::string& program : programs)
    if (std::filesystem::path(program).filename() == wanted) return program;
  return "";
}

// "< addresses.txt" at the end, where that is one of the lab's data files; the line goes on without it.
std::string take_input(std::string& line, const ProgramSettings& settings) {
  static const RE2 redirected(R"((.*\S)\s*<\s*(\S+)\s*)");
  std::string before, word;
  if (line.size() > kMostTold || !RE2::FullMatch(line, redirected, &before, &word)) return "";
  const std::string file = with_file_names({word}, settings.search).front();
  const bool known = std::ranges::any_of(settings.search.arguments, [&](const CallArgument& argument) {
    return !argument.output && !argument.file.empty() && argument.file == file;
  });
  if (known) line = before;
  return known ? file : "";
}

}  // namespace

Result<std::vector<std::string>> told_words(const Instruction& instruction) {
  const std::string& text = instruction.text;
  if (text.size() > kMostTold) return not_usable(instruction, fmt::format("longer than {} bytes", kMostTold));
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote_mark = 0;
  for (const char c : text) {
    if (quote_mark != 0 ? c == quote_mark : c == '\'' || c == '"') {
      quote_mark = quote_mark != 0 ? '\0' : c;
      inside = true;
    } else if (quote_mark == 0 && std::string_view("|&;<>$`()*?\\\n").find(c) != std::string_view::npos) {
      return not_usable(
          instruction,
          fmt::format("{} in {}: no shell reads this line, so it can only hold a program and its "
                      "arguments",
                      quote(std::string(1, c)), quote(text)));
    } else if (quote_mark == 0 && (c == ' ' || c == '\t')) {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (quote_mark != 0)
    return not_usable(instruction, fmt::format("a quote is not closed in {}", quote(text)));
  if (inside) words.push_back(word);
  if (words.empty()) return not_usable(instruction, "the line names no program");
  if (words.size() > kMostToldWords)
    return not_usable(instruction, fmt::format("more than {} words", kMostToldWords));
  return words;
}

Result<Call> told_call(const Instruction& instruction, const ProgramSettings& settings,
                       const std::vector<std::string>& programs) {
  Instruction line = instruction;
  const std::string input = take_input(line.text, settings);
  auto words = told_words(line);
  if (!words) return std::unexpected(words.error());
  if (leaves_the_submission(words->front()))
    return not_usable(instruction, fmt::format("{} is outside of the submission", quote(words->front())));
  Call call{built_program(words->front(), programs), {}, input};
  if (call.program.empty())
    return not_usable(instruction, fmt::format("no program {} was built; built: {}", quote(words->front()),
                                               printable(join(programs, ", "))));
  call.arguments = with_file_names({words->begin() + 1, words->end()}, settings.search);
  for (const std::string& word : call.arguments)
    if (const auto filled = fill_text(word, settings.probe.over.front()); !filled)
      return not_usable(instruction, fmt::format("{} in {}", filled.error().message, quote(word)));
  return call;
}

}  // namespace memgrade::collect
