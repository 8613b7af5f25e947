// The report in GitHub's Markdown: report.md, and the step summary of a workflow.
//
// What a submission could have shaped stands in code spans and fences that are longer than any run of
// backticks in it, or has every character with a meaning escaped; it can open no tag, link, table cell,
// mention or heading. The whole stays under kMaxBytes: then the tasks that are left are rows of the table
// alone.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/report/report.hpp>
#include <harness/report/wording.hpp>

namespace memgrade::report {

namespace {

constexpr std::size_t kMaxBytes = 900'000;  // GitHub takes a step summary of 1 MiB
constexpr std::size_t kMaxProseBytes = 2000;
constexpr std::size_t kMaxValueBytes = 1000;
constexpr std::size_t kMaxDetailLines = 60;
constexpr std::size_t kMaxDetailBytes = 8000;
constexpr std::size_t kMostDiagnostics = 20;
constexpr std::size_t kMostChecks = 50;
constexpr std::size_t kMostItems = 30;

std::string_view status_mark(TaskStatus status) {
  switch (status) {
    case TaskStatus::pass:
      return "✅";
    case TaskStatus::partial:
      return "🟡";
    case TaskStatus::fail:
    case TaskStatus::crash:
    case TaskStatus::timeout:
      return "❌";
    case TaskStatus::skipped:
      return "⚪";
    case TaskStatus::pending:
      return "⏳";
    case TaskStatus::infra_error:
      return "⚠️";
  }
  return "";
}

// What would make a list item, a number or an underline of a heading out of the beginning of a line.
std::string with_harmless_start(std::string text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool marker = digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')') &&
                      (digits + 1 == text.size() || text[digits + 1] == ' ');
  if (marker) return text.insert(digits, "\\");
  const bool sign = !text.empty() && std::string_view("-+=").find(text[0]) != std::string_view::npos;
  return sign ? text.insert(0, "\\") : text;
}

// One line of prose, harmless anywhere: in a table cell, a list item, a heading, a paragraph.
std::string prose(std::string_view bytes, std::size_t max_bytes = kMaxProseBytes) {
  constexpr std::string_view kEscaped = "\\`*_[]#|~$";
  const std::string text = shorten(one_line(bytes), max_bytes);
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    if (character == '<') {
      out += "&lt;";
    } else if (character == '>') {
      out += "&gt;";
    } else if (character == '&') {
      out += "&amp;";
    } else if (character == '@') {
      out += "@\u200B";  // a mention notifies somebody; a zero-width space ends it
    } else if (text.compare(at, 3, "://") == 0) {
      out += ":\u200B";  // no link by itself
    } else if (text.compare(at, 4, "www.") == 0) {
      out += "w\u200B";
    } else {
      if (kEscaped.find(character) != std::string_view::npos) out += '\\';
      out += character;
    }
  }
  return with_harmless_start(std::move(out));
}

std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char character : text) {
    run = character == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// A code span, outside tables (there a '|' would end the cell). One space on each side is the span's, not the
// text's (GFM 6.3), so a text with backticks or spaces at its ends keeps them.
std::string code(std::string_view bytes) {
  const std::string text = shorten(one_line(bytes), kMaxValueBytes);
  if (text.empty()) return "(nothing)";
  const std::string ticks(longest_run_of_backticks(text) + 1, '`');
  const bool pad = text.front() == '`' || text.back() == '`';
  return fmt::format("{0}{1}{2}{1}{0}", ticks, pad ? " " : "", text);
}

std::string fence(std::string_view info, std::string_view text) {
  const std::string ticks(std::max<std::size_t>(3, longest_run_of_backticks(text) + 1), '`');
  return fmt::format("{0}{1}\n{2}{3}{0}\n", ticks, info, text, text.ends_with('\n') ? "" : "\n");
}

std::string joined(const Head& shown) {
  std::string text;
  for (const std::string& line : shown.lines) text += line + "\n";
  if (shown.left_out > 0) text += fmt::format("… {} more\n", counted(shown.left_out, "line"));
  return text;
}

std::string check_as_item(const CheckReport& check) {
  const std::vector<std::string> extra = remarks(check);
  std::string text = fmt::format("- **{}**", prose(title_of(check.title, check.checker)));
  if (!extra.empty()) text += fmt::format(" ({})", prose(join(extra, ", ")));
  if (!check.message.empty()) text += ": " + prose(check.message);
  text += '\n';
  const auto value = [&](std::string_view label, const std::string& shown) {
    if (!shown.empty()) text += fmt::format("  - {}: {}\n", label, code(shown));
  };
  value("expected", check.expected);
  value("observed", check.observed);
  if (!check.hint.empty()) text += "  - hint: " + prose(check.hint) + "\n";
  const Head detail = head(shorten(check.detail, kMaxDetailBytes), kMaxDetailLines);
  if (!detail.lines.empty()) text += "\n" + fence("text", joined(detail)) + "\n";
  return text;
}

std::string items(std::string_view heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = fmt::format("{}:\n\n", heading);
  for (std::size_t at = 0; at < std::min(lines.size(), kMostItems); ++at)
    text += "- " + prose(lines[at]) + "\n";
  if (lines.size() > kMostItems) text += fmt::format("- … {} more\n", lines.size() - kMostItems);
  return text;
}

std::string questions(const TaskReport& task) {
  std::string text;
  for (std::size_t at = 0; at < task.questions.size(); ++at)
    text += fmt::format("{}. {}\n", at + 1, prose(task.questions[at]));
  return text;
}

std::string diagnostics(const TaskReport& task) {
  std::string lines;
  for (std::size_t at = 0; at < std::min(task.diagnostics.size(), kMostDiagnostics); ++at)
    lines += shorten(diagnostic_line(task.diagnostics[at]), kMaxValueBytes) + "\n";
  if (task.diagnostics.size() > kMostDiagnostics)
    lines += fmt::format("… {} more\n", task.diagnostics.size() - kMostDiagnostics);
  return lines.empty() ? lines : "The compiler says:\n\n" + fence("text", lines);
}

std::string commands(const TaskReport& task) {
  std::string lines;
  for (std::size_t at = 0; at < std::min(task.commands.size(), kMostItems); ++at)
    lines += one_line(task.commands[at]) + "\n";
  const char* const where =
      task.inputs.empty() ? "" : ", beside your program and this report's folder `inputs`";
  return lines.empty() ? lines : fmt::format("To reproduce{}:\n\n{}", where, fence("sh", lines));
}

std::string mark_text(const ManualGrade& manual_grade) {
  std::string text = prose(grade_line(manual_grade)) + "\n";
  const std::vector<std::string> remarks_of_it = grade_remarks(manual_grade);
  if (!remarks_of_it.empty()) text += "\n";
  for (const std::string& remark : remarks_of_it) text += "- " + prose(remark) + "\n";
  return text;
}

std::string task_text(const TaskReport& task) {
  std::string text =
      fmt::format("\n### {} {}: {}, {}\n\n", status_mark(task.status), prose(title_of(task.title, task.task)),
                  status_words(task.status), points_cell(task));
  if (!task.message.empty()) text += prose(task.message) + "\n";
  if (task.manual_grade) text += mark_text(*task.manual_grade);
  const auto separate = [&text](const std::string& part) {
    while (text.ends_with("\n\n")) text.pop_back();
    if (!part.empty()) text += "\n" + part;
  };
  std::string checks;
  std::size_t wrong = 0;
  for (const CheckReport& check : task.checks) {
    if (!check.passed && ++wrong <= kMostChecks) checks += check_as_item(check);
  }
  if (wrong > kMostChecks) checks += fmt::format("- … {} more\n", counted(wrong - kMostChecks, "check"));
  for (const std::string& part : {checks, questions(task), diagnostics(task), items("Notes", task.notes),
                                  items("Notes, staff only", task.staff_notes), commands(task)})
    separate(part);
  return text;
}

// A passed task has a section only when something in it did not hold, or a person marked it.
bool needs_section(const TaskReport& task) {
  return task.status != TaskStatus::pass || task.manual_grade ||
         std::ranges::any_of(task.checks, [](const CheckReport& check) { return !check.passed; });
}

std::string table(const LabReport& lab) {
  std::string text = "| | Task | Status | Points |\n|---|:--|:--|--:|\n";
  for (const TaskReport& task : lab.tasks) {
    text += fmt::format("| {} | {} | {} | {} |\n", status_mark(task.status),
                        prose(title_of(task.title, task.task), 200), status_words(task.status),
                        points_cell(task));
  }
  return text;
}

std::string header(const Report& report) {
  std::string text = fmt::format("# {}: {}\n\n", prose(person(report.student.id, report.student.name), 200),
                                 points_of(report.score, report.max_score));
  text += tally(report) + "\n";
  const std::string provisional = provisional_note(report);
  if (!provisional.empty()) text += fmt::format("\n> **Note:** {}\n", prose(provisional));
  if (report.student.late) text += "\nLate.\n";
  if (!report.student.members.empty()) text += "\n";
  for (const Member& member : report.student.members)
    text += fmt::format("- with {}\n", prose(member_line(member), 300));
  return report.notes.empty() ? text : text + "\n" + items("Notes", report.notes);
}

}  // namespace

std::string markdown(const Report& report) {
  std::string out = header(report);
  bool left_out = false;
  for (const LabReport& lab : report.labs) {
    const std::string name = lab.title.empty() ? prose(lab.lab, 200) : prose(lab.lab + ": " + lab.title, 300);
    out += fmt::format("\n## {} ({})\n\n", name, points_of(lab.score, lab.max_score));
    if (!lab.source.empty()) out += fmt::format("Found in {}.\n\n", code(lab.source));
    out += table(lab);
    if (!lab.notes.empty()) out += "\n" + items("Notes", lab.notes);
    for (const TaskReport& task : lab.tasks) {
      if (!needs_section(task)) continue;
      const std::string section = task_text(task);
      const bool fits = out.size() + section.size() <= kMaxBytes;
      if (fits) out += section;
      left_out = left_out || !fits;
    }
  }
  if (left_out) out += "\n> **Note:** some tasks were left out here for their length; report.json has all.\n";
  return out;
}

}  // namespace memgrade::report
