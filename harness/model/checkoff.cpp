#include <cctype>
#include <harness/base/text.hpp>
#include <harness/model/checkoff.hpp>

namespace memgrade {
namespace {

// The placeholder that begins at `at`, with its braces; "" when none does.
std::string_view placeholder_at(std::string_view text, std::size_t at) {
  if (text[at] != '{') return {};
  std::size_t end = at + 1;
  while (end < text.size() && (std::islower(static_cast<unsigned char>(text[end])) ||
                               std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == '_'))
    ++end;
  if (end == at + 1 || end == text.size() || text[end] != '}') return {};
  return text.substr(at, end + 1 - at);
}

Json question_to_json(const Question& question) {
  return {{"text", to_utf8(question.text)},
          {"file", to_utf8(question.file)},
          {"line", question.line},
          {"code", to_utf8(question.code)}};
}

}  // namespace

std::vector<std::string> placeholders(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view found = placeholder_at(text, at);
    if (!found.empty()) names.emplace_back(found.substr(1, found.size() - 2));
  }
  return names;
}

std::string fill_in(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view found = placeholder_at(text, at);
    const auto value =
        found.empty() ? values.end() : values.find(std::string(found.substr(1, found.size() - 2)));
    if (value == values.end()) {
      filled += text[at++];
    } else {
      filled += value->second;
      at += found.size();
    }
  }
  return filled;
}

Json to_json(const CheckoffSheet& sheet) {
  // The reports' own form, so that the page reads a task as it reads one of report.json.
  Report report;
  report.student = sheet.student;
  report.score = sheet.score;
  report.max_score = sheet.max_score;
  report.provisional = sheet.provisional;
  Json questions = Json::array();
  for (const CheckoffLab& lab : sheet.labs) {
    report.labs.push_back(lab.report);
    Json list = Json::array();
    for (const Question& question : lab.questions) list.push_back(question_to_json(question));
    questions.push_back(std::move(list));
  }
  return {{"schema", kCheckoffSchema}, {"report", to_json(report)}, {"questions", std::move(questions)}};
}

}  // namespace memgrade
