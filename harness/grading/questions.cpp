#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <harness/base/c_text.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/questions.hpp>
#include <optional>
#include <tuple>

namespace memgrade::grading {
namespace {

constexpr std::size_t kMostQuestionBytes = 400;  // of a question
constexpr std::size_t kMostValueBytes = 120;     // of what is put into one
constexpr std::size_t kMostCodeBytes = 100;
constexpr std::size_t kMostOfATask = 2;
constexpr int kMostGroups = 9;

constexpr std::array<std::string_view, 11> kSourceEndings = {".c",   ".h",   ".cc", ".cpp", ".cxx", ".hh",
                                                             ".hpp", ".hxx", ".S",  ".s",   ".inc"};

// A number that depends on all of `words` and looks like nothing.
std::uint64_t chance(std::initializer_list<std::string_view> words) {
  std::string all;
  for (const std::string_view word : words) all += fmt::format("{}:", word.size()) + std::string(word);
  return parse_hex(digest(all).substr(0, 16)).value_or(0);
}

std::string value_text(std::string_view text) {
  return shorten(replace_all(std::string(trim(printable(text))), "\n", " "), kMostValueBytes);
}

// A message ends a sentence or not; the question has its own stop.
std::string without_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Question from_failure(const std::string& ask, const TaskReport& task, const CheckReport* check) {
  std::map<std::string, std::string> values = {{"task", value_text(task.title)}};
  values["check"] = check == nullptr ? "" : value_text(check->title);
  values["expected"] = check == nullptr ? "" : value_text(check->expected);
  values["observed"] = check == nullptr ? "" : value_text(check->observed);
  values["message"] = without_stop(value_text(check == nullptr ? task.message : check->message));
  values["hint"] = check == nullptr ? "" : without_stop(value_text(check->hint));
  Question question;
  question.text = shorten(fill_in(ask, values), kMostQuestionBytes);
  return question;
}

// What is asked of a failure for which the lab has no rule.
std::string plain_ask(const TaskReport& task, const CheckReport* check) {
  if (!task.message.empty()) return "{task}: {message}. What did your program do just before?";
  if (check == nullptr) return {};
  const bool values = !check->observed.empty() && !check->expected.empty();
  const std::string fact =
      values ? "{task}: {check} is {observed}, expected {expected}. " : "{task}: {message}. ";
  return fact + (check->hint.empty() ? "Where in your code does it come from?"
                                     : "The hint is \"{hint}\": where does your code do otherwise?");
}

bool lost_points(const TaskReport& task) {
  return !task.manual_grade && (task.status == TaskStatus::partial || task.status == TaskStatus::fail ||
                                task.status == TaskStatus::crash || task.status == TaskStatus::timeout);
}

void add_failures(std::vector<Question>& questions, const Lab& lab, const TaskReport& task) {
  std::size_t asked = 0;
  const CheckReport* first = nullptr;
  for (const CheckReport& check : task.checks)
    if (!check.passed && first == nullptr) first = &check;
  for (const QuestionRule& rule : lab.question_rules) {
    if (rule.failed != task.task || asked == kMostOfATask) continue;
    const CheckReport* about = first;
    if (!rule.check.empty()) {
      const auto found = std::ranges::find_if(
          task.checks, [&](const CheckReport& check) { return !check.passed && check.title == rule.check; });
      if (found == task.checks.end()) continue;
      about = &*found;
    }
    questions.push_back(from_failure(rule.ask, task, about));
    ++asked;
  }
  const std::string plain = plain_ask(task, first);
  if (asked == 0 && !plain.empty()) questions.push_back(from_failure(plain, task, first));
}

struct Line {
  std::string file;
  int number = 0;
  std::string_view code;      // code_alone(): what rules look at
  std::string_view original;  // what is shown
};

// C or C++ or assembly, and what a student writes.
bool is_asked_about(const Lab& lab, const std::filesystem::path& file) {
  if (std::ranges::find(kSourceEndings, file.extension().string()) == kSourceEndings.end()) return false;
  return lab.question_sources.empty() || file_matches(lab.question_sources, file);
}

// The lines of all files that are asked about; `blanked` keeps the texts alive.
std::vector<Line> lines_of(const Lab& lab, const std::map<std::string, std::string>& files,
                           std::vector<std::string>& blanked) {
  std::vector<Line> lines;
  blanked.reserve(files.size());
  for (const auto& [name, text] : files) {
    if (!is_asked_about(lab, name)) continue;
    blanked.push_back(code_alone(text));
    const std::vector<std::string_view> code = split_lines(blanked.back());
    const std::vector<std::string_view> original = split_lines(text);
    for (std::size_t at = 0; at < code.size() && at < original.size(); ++at)
      lines.push_back({name, static_cast<int>(at) + 1, code[at], original[at]});
  }
  return lines;
}

Question about_line(const QuestionRule& rule, const RE2& when, const Line& line) {
  std::array<re2::StringPiece, kMostGroups + 1> groups;
  const int count = std::min(when.NumberOfCapturingGroups(), kMostGroups) + 1;
  const re2::StringPiece code(line.code.data(), line.code.size());
  when.Match(code, 0, code.size(), RE2::UNANCHORED, groups.data(), count);
  Question question;
  question.file = printable(line.file);
  question.line = line.number;
  question.code = shorten(trim(printable(line.original)), kMostCodeBytes);
  std::map<std::string, std::string> values = {{"file", value_text(line.file)},
                                               {"line", std::to_string(line.number)},
                                               {"code", value_text(line.original)}};
  for (int group = 1; group < count; ++group) {
    const re2::StringPiece& found = groups.at(static_cast<std::size_t>(group));
    values[std::to_string(group)] = found.data() == nullptr ? "" : value_text({found.data(), found.size()});
  }
  question.text = shorten(fill_in(rule.ask, values), kMostQuestionBytes);
  return question;
}

std::optional<Question> from_source(const QuestionRule& rule, const std::vector<Line>& lines,
                                    const std::string& student) {
  const RE2 when(rule.when, RE2::Quiet);
  const RE2 unless(rule.unless, RE2::Quiet);
  if (!when.ok() || !unless.ok()) return std::nullopt;
  std::vector<const Line*> matching;
  for (const Line& line : lines) {
    const re2::StringPiece code(line.code.data(), line.code.size());
    if (!rule.unless.empty() && RE2::PartialMatch(code, unless)) return std::nullopt;
    if (RE2::PartialMatch(code, when)) matching.push_back(&line);
  }
  if (matching.empty()) return std::nullopt;
  const Line& chosen = *matching[chance({student, rule.when, rule.ask, "line"}) % matching.size()];
  return about_line(rule, when, chosen);
}

std::vector<Question> all_from_source(const Lab& lab, const StudentWork& work) {
  std::vector<std::string> blanked;
  const std::vector<Line> lines = lines_of(lab, work.files, blanked);
  std::vector<std::pair<std::uint64_t, Question>> found;
  for (const QuestionRule& rule : lab.question_rules) {
    if (rule.when.empty()) continue;
    if (auto question = from_source(rule, lines, work.student))
      found.emplace_back(chance({work.student, rule.when, rule.ask, "rule"}), std::move(*question));
  }
  std::ranges::stable_sort(found, {}, [](const auto& one) { return one.first; });
  std::vector<Question> questions;
  for (auto& [rank, question] : found) questions.push_back(std::move(question));
  return questions;
}

}  // namespace

std::vector<Question> questions_for(const Lab& lab, const StudentWork& work) {
  std::vector<Question> questions;
  for (const TaskReport& task : work.report.tasks)
    if (lost_points(task)) add_failures(questions, lab, task);
  std::vector<Question> others = all_from_source(lab, work);
  const std::size_t half = (lab.most_questions + 1) / 2;
  const std::size_t rest = lab.most_questions - std::min(others.size(), lab.most_questions);
  questions.resize(std::min(questions.size(), std::max(half, rest)));
  others.resize(std::min(others.size(), lab.most_questions - questions.size()));
  std::ranges::stable_sort(others, {}, [](const Question& one) { return std::tie(one.file, one.line); });
  for (Question& other : others) questions.push_back(std::move(other));
  return questions;
}

}  // namespace memgrade::grading
