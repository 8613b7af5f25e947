// The report on a terminal: one row a task, and under a row what a student needs to mend it. No line is wider
// than `columns`, and none begins with "::", so that nothing a submission printed becomes a workflow command
// where a CI shows the output.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/report/report.hpp>
#include <harness/report/wording.hpp>
#include <harness/report/wrap.hpp>

namespace memgrade::report {

namespace {

constexpr std::size_t kMinColumns = 40;
constexpr std::size_t kBarColumns = 8;
constexpr std::size_t kColumnsForBar = 64;  // on narrower terminals the titles need the room
constexpr std::string_view kGutter = "    │ ";

enum class Tone { plain, strong, quiet, good, middling, bad };

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::quiet:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::middling:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[31m";
  }
  return "";
}

Tone tone_of(TaskStatus status) {
  switch (status) {
    case TaskStatus::pass:
      return Tone::good;
    case TaskStatus::fail:
    case TaskStatus::crash:
    case TaskStatus::timeout:
      return Tone::bad;
    case TaskStatus::partial:
    case TaskStatus::pending:
    case TaskStatus::infra_error:
      return Tone::middling;
    case TaskStatus::skipped:
      return Tone::quiet;
  }
  return Tone::plain;
}

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

std::string padded(std::string text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return width < columns ? text + spaces(columns - width) : text;
}

// How much is shown of texts that may be long; the other reports have all of it.
struct Limits {
  std::size_t checks, diagnostics, detail_lines, commands, notes, value_bytes, message_bytes;
};
constexpr Limits kBrief = {.checks = 12,
                           .diagnostics = 6,
                           .detail_lines = 12,
                           .commands = 2,
                           .notes = 6,
                           .value_bytes = 400,
                           .message_bytes = 1000};
constexpr Limits kVerbose = {.checks = 200,
                             .diagnostics = 40,
                             .detail_lines = 60,
                             .commands = 20,
                             .notes = 40,
                             .value_bytes = 2000,
                             .message_bytes = 4000};

// A line without the bar that would begin like a workflow command begins with a zero-width space instead.
std::string inert(std::string line) {
  return line.starts_with("::") ? line.insert(0, "\u200B") : line;
}

class Console {
 public:
  explicit Console(const ConsoleOptions& options)
      : color_(options.color),
        verbose_(options.verbose),
        limits_(options.verbose ? kVerbose : kBrief),
        columns_(std::max(kMinColumns, static_cast<std::size_t>(std::max(options.columns, 0)))) {}

  void header(const Report& report);
  void lab(const LabReport& lab, bool with_total);
  void total(const Report& report);
  std::string take() { return std::move(out_); }

 private:
  void row(const TaskReport& task, std::size_t status_columns, std::size_t points_columns);
  void details(const TaskReport& task);
  void check(const CheckReport& check);
  void passed_check(const CheckReport& check);
  void detail_lines(const CheckReport& check);
  void diagnostics(const TaskReport& task);
  void commands(const TaskReport& task);
  void put_manual_grade(const ManualGrade& manual_grade);
  void list(std::string_view heading, const std::vector<std::string>& items, std::size_t most);

  std::string painted(std::string_view text, Tone tone) const {
    if (!color_ || tone == Tone::plain || text.empty()) return std::string(text);
    return fmt::format("{}{}\x1b[0m", escape_of(tone), text);
  }
  void put(std::string line) {
    while (line.ends_with(' ')) line.pop_back();
    out_.append(line) += '\n';
  }
  // `text` in lines after `first`; the lines that follow are led by `gutter` and stand below the text.
  void block(std::string_view gutter, std::string_view first, std::string_view text, Tone tone,
             Tone lead_tone = Tone::quiet) {
    const std::size_t indent = display_width(first);
    const std::size_t taken = display_width(gutter) + indent;
    std::string lead(first);
    for (const std::string& line : wrap(text, columns_ - std::min(taken, columns_ - 2))) {
      put(painted(gutter, Tone::quiet) + painted(lead, lead_tone) +
          painted(gutter.empty() ? inert(line) : line, tone));
      lead = spaces(indent);
    }
  }
  void note(std::string_view first, std::string_view text, Tone tone = Tone::plain,
            Tone lead_tone = Tone::quiet) {
    block(kGutter, first, text, tone, lead_tone);
  }
  void more(std::size_t count, std::string_view noun) {
    if (count > 0) note("  ", fmt::format("… {} more, in the report", counted(count, noun)), Tone::quiet);
  }
  std::string bar(double score, double max_score, Tone tone) const;

  bool color_;
  bool verbose_;
  Limits limits_;
  std::size_t columns_;
  std::string out_;
};

// Full only with full marks, empty only with none.
std::string Console::bar(double score, double max_score, Tone tone) const {
  const double share = max_score > 0 ? std::clamp(score / max_score, 0.0, 1.0) : 0;
  auto filled = static_cast<std::size_t>(std::lround(share * static_cast<double>(kBarColumns)));
  if (share > 0) filled = std::max<std::size_t>(filled, 1);
  if (share < 1) filled = std::min(filled, kBarColumns - 1);
  std::string full;
  std::string empty;
  for (std::size_t at = 0; at < kBarColumns; ++at) (at < filled ? full : empty) += at < filled ? "▰" : "▱";
  return painted(full, tone) + painted(empty, Tone::quiet);
}

void Console::header(const Report& report) {
  block("", "", person(report.student.id, report.student.name), Tone::strong);
  for (const Member& member : report.student.members) block("", "with ", member_line(member), Tone::plain);
  if (report.student.late) block("", "", "late", Tone::middling);
  for (const std::string& text : report.notes) block("", "· ", one_line(text), Tone::plain);
}

void Console::lab(const LabReport& lab, bool with_total) {
  put("");
  const std::string title = one_line(lab.title);
  block("", "", title.empty() ? one_line(lab.lab) : fmt::format("{}: {}", one_line(lab.lab), title),
        Tone::strong);
  if (!lab.source.empty()) block("", "  ", "from " + one_line(lab.source), Tone::quiet);
  for (const std::string& text : lab.notes) block("", "  · ", one_line(text), Tone::plain);
  std::size_t status_columns = 0;
  std::size_t points_columns = display_width(points_of(lab.score, lab.max_score));
  for (const TaskReport& task : lab.tasks) {
    status_columns = std::max(status_columns, display_width(status_words(task.status)));
    points_columns = std::max(points_columns, display_width(points_cell(task)));
  }
  put("");
  for (const TaskReport& task : lab.tasks) {
    row(task, status_columns, points_columns);
    details(task);
  }
  if (with_total) {
    const std::string sum = points_of(lab.score, lab.max_score);
    const std::string name = inert(shorten(one_line(lab.lab), 20)) + "  ";
    const std::size_t width = display_width(name) + display_width(sum);
    put(spaces(columns_ - std::min(columns_, width)) + name + painted(sum, Tone::strong));
  }
}

void Console::row(const TaskReport& task, std::size_t status_columns, std::size_t points_columns) {
  const Tone tone = tone_of(task.status);
  const bool with_bar = columns_ >= kColumnsForBar;
  const std::size_t right = (with_bar ? kBarColumns + 2 : 0) + points_columns;
  const std::size_t left = 2 + 2 + status_columns + 2;
  const std::size_t room = columns_ > left + right + 2 + 10 ? columns_ - left - right - 2 : 10;
  const std::string points_text = points_cell(task);
  std::string lead = "  " + painted(symbol(task.status), tone) + ' ' +
                     painted(padded(std::string(status_words(task.status)), status_columns), tone) + "  ";
  const bool has_bar = with_bar && has_score(task);
  std::string tail = "  ";
  if (with_bar) tail += (has_bar ? bar(task.score, task.max_score, tone) : spaces(kBarColumns)) + "  ";
  tail += spaces(points_columns - display_width(points_text)) + points_text;
  for (const std::string& line : wrap(title_of(task.title, task.task), room)) {
    put(lead + padded(inert(line), room) + tail);
    lead = spaces(left);
    tail.clear();
  }
}

void Console::details(const TaskReport& task) {
  const std::size_t before = out_.size();
  if (!task.message.empty()) note("", shorten(plain_text(task.message), limits_.message_bytes));
  if (task.manual_grade) put_manual_grade(*task.manual_grade);
  std::size_t failed = 0;
  for (const CheckReport& one : task.checks) {
    if (one.passed && verbose_) passed_check(one);
    if (!one.passed && ++failed <= limits_.checks) check(one);
  }
  more(failed - std::min(failed, limits_.checks), "check");
  const bool wrong = task.status != TaskStatus::pass;
  if (wrong || verbose_) diagnostics(task);
  list("questions", task.questions, task.questions.size());
  if (wrong || verbose_) {
    list("notes", task.notes, limits_.notes);
    list("notes, staff only", task.staff_notes, limits_.notes);
  }
  if (wrong || verbose_) commands(task);
  if (out_.size() != before) put("");
}

void Console::check(const CheckReport& check) {
  std::string title = title_of(check.title, check.checker);
  const std::vector<std::string> extra = remarks(check);
  if (!extra.empty()) title += " (" + join(extra, ", ") + ")";
  note("✗ ", title, Tone::bad, Tone::bad);
  if (!check.message.empty()) note("  ", shorten(plain_text(check.message), limits_.message_bytes));
  const auto value = [&](std::string_view label, const std::string& text) {
    if (!text.empty())
      note("  " + padded(std::string(label), 10), shorten(plain_text(text), limits_.value_bytes));
  };
  value("expected", check.expected);
  value("observed", check.observed);
  value("hint", check.hint);
  detail_lines(check);
}

void Console::passed_check(const CheckReport& check) {
  const std::string observed = shorten(one_line(check.observed), 80);
  const std::string title = title_of(check.title, check.checker);
  note("✓ ", observed.empty() ? title : fmt::format("{}: {}", title, observed), Tone::plain, Tone::good);
}

void Console::detail_lines(const CheckReport& check) {
  constexpr std::string_view kIndent = "    ";
  const std::size_t room = columns_ - display_width(kGutter) - kIndent.size();
  const Head shown = head(check.detail, limits_.detail_lines);
  for (const std::string& line : shown.lines) {
    for (const std::string& part : wrap_verbatim(shorten(line, limits_.value_bytes), room))
      put(painted(kGutter, Tone::quiet) + std::string(kIndent) + part);
  }
  if (shown.left_out > 0)
    note(kIndent, fmt::format("… {} more, in the report", counted(shown.left_out, "line")), Tone::quiet);
}

void Console::diagnostics(const TaskReport& task) {
  std::size_t shown = 0;
  for (const Diagnostic& found : task.diagnostics) {
    if (++shown > limits_.diagnostics) break;
    const Tone tone = found.severity.ends_with("error") ? Tone::bad : Tone::middling;
    note("", shorten(diagnostic_line(found), limits_.message_bytes), tone);
  }
  more(task.diagnostics.size() - std::min(task.diagnostics.size(), limits_.diagnostics), "compiler message");
}

// Without the bar, so that a command can be copied.
void Console::commands(const TaskReport& task) {
  constexpr std::string_view kPrompt = "      $ ";
  if (task.commands.empty()) return;
  note("", task.inputs.empty() ? "to reproduce" : "to reproduce, beside the report's folder inputs",
       Tone::quiet);
  for (std::size_t at = 0; at < std::min(task.commands.size(), limits_.commands); ++at) {
    std::string lead(kPrompt);
    for (const std::string& line : wrap_command(one_line(task.commands[at]), columns_ - kPrompt.size())) {
      put(painted(lead, Tone::quiet) + line);
      lead = spaces(kPrompt.size());
    }
  }
  more(task.commands.size() - std::min(task.commands.size(), limits_.commands), "command");
}

void Console::put_manual_grade(const ManualGrade& manual_grade) {
  note("", grade_line(manual_grade), manual_grade.late ? Tone::middling : Tone::plain);
  for (const std::string& text : grade_remarks(manual_grade))
    note("  · ", shorten(text, limits_.message_bytes));
}

void Console::list(std::string_view heading, const std::vector<std::string>& items, std::size_t most) {
  if (items.empty()) return;
  note("", heading, Tone::quiet);
  for (std::size_t at = 0; at < std::min(items.size(), most); ++at)
    note("  · ", shorten(one_line(items[at]), limits_.message_bytes));
  more(items.size() - std::min(items.size(), most), "note");
}

void Console::total(const Report& report) {
  const double share = report.max_score > 0 ? report.score / report.max_score : 1;
  const Tone tone = share >= 1 ? Tone::good : share > 0 ? Tone::middling : Tone::bad;
  put("");
  put(painted("Total  ", Tone::strong) + painted(points_of(report.score, report.max_score), Tone::strong) +
      "  " + bar(report.score, report.max_score, tone));
  block("", "       ", tally(report), Tone::plain);
  const std::string provisional = provisional_note(report);
  if (!provisional.empty()) block("", "       ", provisional, Tone::middling);
}

}  // namespace

std::string console(const Report& report, const ConsoleOptions& options) {
  Console page(options);
  page.header(report);
  for (const LabReport& lab : report.labs) page.lab(lab, report.labs.size() > 1);
  page.total(report);
  return page.take();
}

}  // namespace memgrade::report
