// The words that all writers use, so that a status or a number reads the same everywhere.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/report/wording.hpp>

namespace memgrade::report {

std::string_view symbol(TaskStatus status) {
  switch (status) {
    case TaskStatus::pass:
      return "✓";
    case TaskStatus::partial:
      return "~";
    case TaskStatus::fail:
    case TaskStatus::crash:
    case TaskStatus::timeout:
      return "✗";
    case TaskStatus::skipped:
      return "-";
    case TaskStatus::pending:
      return "?";
    case TaskStatus::infra_error:
      return "!";
  }
  return "!";
}

std::string_view status_words(TaskStatus status) {
  return status == TaskStatus::infra_error ? std::string_view("not observed") : to_string(status);
}

std::string points(double value) {
  const double rounded = std::round(value * 100) / 100;
  return plain_number(rounded == 0 ? 0 : rounded);  // no "-0"
}

std::string points_of(double score, double max_score) {
  return fmt::format("{} / {}", points(score), points(max_score));
}

bool has_score(const TaskReport& task) {
  return !task.informational && task.max_score > 0 && task.status != TaskStatus::pending &&
         task.status != TaskStatus::infra_error;
}

std::string points_cell(const TaskReport& task) {
  if (task.informational) return "info";
  if (task.max_score == 0 && task.score == 0) return "–";
  return has_score(task) ? points_of(task.score, task.max_score) : "? / " + points(task.max_score);
}

std::string plain_text(std::string_view bytes) {
  // The runner of GitHub takes "##[name]" anywhere in a line as a command.
  return replace_all(printable(bytes), "##[", "# #[");
}

std::string one_line(std::string_view bytes) {
  std::string text = plain_text(bytes);
  for (char& character : text) {
    if (character == '\n' || character == '\t' || character == '\r') character = ' ';
  }
  return std::string(trim(text));
}

std::string title_of(std::string_view title, std::string_view otherwise) {
  std::string text = one_line(title);
  return text.empty() ? one_line(otherwise) : text;
}

std::string person(std::string_view id, std::string_view name) {
  const std::string shown_id = one_line(id);
  const std::string shown_name = one_line(name);
  if (shown_name.empty() || shown_name == shown_id) return shown_id.empty() ? "(no name)" : shown_id;
  return shown_id.empty() ? shown_name : fmt::format("{} ({})", shown_name, shown_id);
}

std::string member_line(const Member& member) {
  return fmt::format("{}, share {}", person(member.id, member.name), points(member.share));
}

std::string diagnostic_line(const Diagnostic& diagnostic) {
  std::string line = one_line(diagnostic.file);
  if (diagnostic.line > 0) line += fmt::format(":{}", diagnostic.line);
  if (diagnostic.line > 0 && diagnostic.column > 0) line += fmt::format(":{}", diagnostic.column);
  if (!line.empty()) line += ": ";
  line += fmt::format("{}: {}", one_line(diagnostic.severity), one_line(diagnostic.message));
  if (!diagnostic.option.empty()) line += fmt::format(" [{}]", one_line(diagnostic.option));
  return line;
}

std::vector<std::string> remarks(const CheckReport& check) {
  const auto percent = [](double fraction) { return points(fraction * 100) + " %"; };
  std::vector<std::string> found;
  if (!check.passed && !check.gate && check.fraction > 0) found.push_back(percent(check.fraction) + " right");
  if (!check.passed && check.gate && check.cap < 1)
    found.push_back("limits the task to " + percent(check.cap));
  if (check.visibility == Visibility::staff) found.emplace_back("staff only");
  return found;
}

std::string grade_line(const ManualGrade& manual_grade) {
  // 2026-01-02T03:04:05Z, as marks are stored; anything else is shown as it is.
  const std::string at = one_line(manual_grade.at);
  const bool known = at.size() == 20 && at[10] == 'T' && at[19] == 'Z';
  const std::string when = known ? fmt::format("{} at {} UTC", at.substr(0, 10), at.substr(11, 5)) : at;
  return fmt::format("marked by {} on {}{}", one_line(manual_grade.by), when,
                     manual_grade.late ? ", late" : "");
}

std::vector<std::string> grade_remarks(const ManualGrade& manual_grade) {
  std::vector<std::string> found;
  if (manual_grade.older_than_code)
    found.emplace_back("the mark is older than the code: the submission has changed since");
  if (!manual_grade.feedback.empty()) found.push_back("feedback: " + one_line(manual_grade.feedback));
  if (!manual_grade.note.empty()) found.push_back("note, staff only: " + one_line(manual_grade.note));
  return found;
}

std::string tally(const Report& report) {
  constexpr std::array kOrder = {TaskStatus::pass,    TaskStatus::partial,    TaskStatus::fail,
                                 TaskStatus::crash,   TaskStatus::timeout,    TaskStatus::skipped,
                                 TaskStatus::pending, TaskStatus::infra_error};
  std::array<std::size_t, kOrder.size()> counts{};
  for (const LabReport& lab : report.labs) {
    for (const TaskReport& task : lab.tasks) {
      if (!task.informational) ++counts.at(static_cast<std::size_t>(task.status));
    }
  }
  std::vector<std::string> parts;
  for (const TaskStatus status : kOrder) {
    const std::size_t count = counts.at(static_cast<std::size_t>(status));
    if (count > 0) parts.push_back(fmt::format("{} {}", count, status_words(status)));
  }
  return join(parts, ", ");
}

std::string provisional_note(const Report& report) {
  if (!report.provisional) return {};
  std::size_t pending = 0;
  std::size_t unobserved = 0;
  for (const LabReport& lab : report.labs) {
    for (const TaskReport& task : lab.tasks) {
      pending += task.status == TaskStatus::pending ? 1 : 0;
      unobserved += task.status == TaskStatus::infra_error ? 1 : 0;
    }
  }
  std::vector<std::string> reasons;
  if (pending > 0) reasons.push_back(counted(pending, "task") + " still to be marked by a person");
  if (unobserved > 0) {
    reasons.push_back(counted(unobserved, "task") +
                      " not observed through no fault of the submission, which costs no points");
  }
  for (const LabReport& lab : report.labs)
    if (lab.undecided) reasons.push_back("a person must say which work is meant for " + lab.lab);
  if (reasons.empty()) return "Provisional: the total may still change.";
  return fmt::format("Provisional: {}. The total may still change.", join(reasons, "; "));
}

Head head(std::string_view text, std::size_t max_lines) {
  const std::string shown = plain_text(text);
  std::vector<std::string_view> lines = split_lines(shown);
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  Head found;
  for (const std::string_view line : lines) {
    if (found.lines.size() == max_lines) break;
    found.lines.emplace_back(line);
  }
  found.left_out = lines.size() - found.lines.size();
  return found;
}

}  // namespace memgrade::report
