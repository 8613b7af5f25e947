#include <algorithm>
#include <harness/base/placeholders.hpp>
#include <harness/base/text.hpp>
#include <harness/model/checkoff.hpp>

namespace memgrade {
namespace {

bool is_small(const Placeholder& placeholder) {
  return placeholder.form.empty() &&
         std::ranges::none_of(placeholder.name, [](char c) { return c >= 'A' && c <= 'Z'; });
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
  for (auto found = next_placeholder(text); found; found = next_placeholder(text, found->end))
    if (is_small(*found)) names.emplace_back(found->name);
  return names;
}

std::string fill_in(std::string_view text, const std::map<std::string, std::string>& values) {
  const auto value_of = [&](const Placeholder& placeholder) -> Result<std::optional<std::string>> {
    const auto value = values.find(std::string(placeholder.name));
    if (!is_small(placeholder) || value == values.end()) return std::nullopt;
    return value->second;
  };
  return fill_placeholders(text, value_of).value_or(std::string(text));
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
  return {{"schema", kCheckoffSchema},
          {"run", to_utf8(sheet.run)},
          {"report", to_json(report)},
          {"questions", std::move(questions)}};
}

}  // namespace memgrade
