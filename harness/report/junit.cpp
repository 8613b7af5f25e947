// JUnit XML as CI servers read it: testsuites > testsuite (a lab) > testcase (a task).
//
// A wrong, crashed or late task is a `failure` with its status as the type, one that could not be observed an
// `error`, skipped and pending ones `skipped`. A task that is never counted fails nobody: what it found goes
// into its output. The times are those of the report's timing, {"finished": "2026-01-02T03:04:05Z", "wall_s":
// 12.5}; where they are missing the attributes are too. Valid by junit-10, the strict schema of Jenkins'
// xUnit plugin, which has properties for suites alone: points stand there as "TASK.points", and first in each
// task's output. The file stays under kMaxJunitBytes whatever a submission printed, for up to a thousand
// tasks.
#include <fmt/format.h>

#include <ctime>
#include <harness/base/text.hpp>
#include <harness/report/report.hpp>
#include <harness/report/wording.hpp>
#include <map>
#include <optional>

namespace memgrade::report {

namespace {

constexpr std::size_t kMaxJunitBytes = 30'000'000;    // GitLab refuses more
constexpr std::size_t kTextBudget = 12'000'000;       // of all texts; past it only the messages are written
constexpr std::size_t kMaxTextBytes = 65'536;         // of one task
constexpr std::size_t kMaxJunitDetailBytes = 16'384;  // of one check
constexpr std::size_t kMaxAttributeBytes = 500;
static_assert(kTextBudget < kMaxJunitBytes);

bool forbidden(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20) return byte != '\t' && byte != '\n' && byte != '\r';
  // U+FFFE and U+FFFF are well-formed UTF-8, and no characters of XML 1.0 (2.2).
  const std::string_view three = text.substr(at, 3);
  return three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF";
}

// Valid in element content and in a quoted attribute alike.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (forbidden(text, at)) {
      if (text[at] == '\xEF') at += 2;
      continue;
    }
    switch (text[at]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += text[at];
    }
  }
  return out;
}

std::string attribute(std::string_view text) {
  return escaped(shorten(one_line(text), kMaxAttributeBytes));
}

std::string property(std::string_view name, std::string_view value, std::string_view indent) {
  return fmt::format("{}<property name=\"{}\" value=\"{}\"/>\n", indent, name, attribute(value));
}

std::optional<double> wall_seconds(const Json& timing) {
  const auto found = timing.find("wall_s");
  if (found == timing.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

// When the run began, in UTC; "" when that is not known.
std::string started(const Json& timing) {
  const auto found = timing.find("finished");
  const auto wall_s = wall_seconds(timing);
  std::tm utc{};
  if (!wall_s || found == timing.end() || !found->is_string()) return {};
  if (strptime(found->get<std::string>().c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc) == nullptr) return {};
  const std::time_t start = timegm(&utc) - static_cast<std::time_t>(*wall_s);
  char stamp[32] = "";
  const std::size_t length = std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&start, &utc));
  return std::string(stamp, length);
}

enum class Outcome { passed, failure, error, skipped };

Outcome outcome_of(const TaskReport& task) {
  if (task.informational) return Outcome::passed;
  switch (task.status) {
    case TaskStatus::pass:
      return Outcome::passed;
    case TaskStatus::partial:
    case TaskStatus::fail:
    case TaskStatus::crash:
    case TaskStatus::timeout:
      return Outcome::failure;
    case TaskStatus::skipped:
    case TaskStatus::pending:
      return Outcome::skipped;
    case TaskStatus::infra_error:
      return Outcome::error;
  }
  return Outcome::error;
}

// One line: why the task is not passed.
std::string summary(const TaskReport& task) {
  if (!task.message.empty()) return task.message;
  std::vector<std::string> wrong;
  for (const CheckReport& check : task.checks) {
    if (!check.passed) wrong.push_back(title_of(check.title, check.checker));
  }
  if (task.status == TaskStatus::pending) return "a person marks this task";
  if (wrong.empty() && task.manual_grade) return grade_line(*task.manual_grade);
  return wrong.empty() ? std::string(status_words(task.status)) : "not right: " + join(wrong, ", ");
}

void add_line(std::string& text, std::string_view label, std::string_view value) {
  if (!value.empty()) text += fmt::format("  {}{}\n", label, one_line(value));
}

std::string check_as_text(const CheckReport& check) {
  const std::vector<std::string> extra = remarks(check);
  std::string text = title_of(check.title, check.checker);
  text += extra.empty() ? "\n" : fmt::format(" ({})\n", join(extra, ", "));
  add_line(text, "", check.message);
  add_line(text, "expected: ", check.expected);
  add_line(text, "observed: ", check.observed);
  add_line(text, "hint: ", check.hint);
  for (const std::string& line : head(shorten(check.detail, kMaxJunitDetailBytes), 400).lines)
    text += "    " + line + "\n";
  return text;
}

// What is wrong, for people. Plain text, not yet escaped.
std::string annotations(const TaskReport& task) {
  std::string text;
  if (!task.message.empty()) text += plain_text(task.message) + "\n";
  for (const CheckReport& check : task.checks) {
    if (!check.passed && text.size() < kMaxTextBytes) text += check_as_text(check);
  }
  for (const Diagnostic& found : task.diagnostics) {
    if (text.size() < kMaxTextBytes) text += diagnostic_line(found) + "\n";
  }
  return shorten(text, kMaxTextBytes);
}

// Beside the outcome: notes, questions, how to reproduce.
std::string remainder(const TaskReport& task) {
  std::string text;
  const auto add = [&](std::string_view label, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      if (text.size() < kMaxTextBytes) text += fmt::format("{}{}\n", label, one_line(line));
    }
  };
  if (task.manual_grade) add("", {grade_line(*task.manual_grade)});
  if (task.manual_grade) add("", grade_remarks(*task.manual_grade));
  add("note: ", task.notes);
  add("note, staff only: ", task.staff_notes);
  add("question: ", task.questions);
  add("to reproduce: ", task.commands);
  return shorten(text, kMaxTextBytes);
}

class Writer {
 public:
  explicit Writer(const Report& report) : report_(report) {}
  std::string document();

 private:
  void suite(const LabReport& lab, std::string_view name);
  void task_properties(const TaskReport& task, std::string_view name);
  void testcase(const LabReport& lab, const TaskReport& task, std::string_view name);
  // The escaped text, or "" when the budget is used up.
  std::string text(const std::string& plain) {
    std::string shown = escaped(plain);
    if (texts_ + shown.size() > kTextBudget) return {};
    texts_ += shown.size();
    return shown;
  }

  const Report& report_;
  std::string out_;
  std::size_t texts_ = 0;
};

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

Counts counts_of(const LabReport& lab) {
  Counts counts;
  for (const TaskReport& task : lab.tasks) {
    const Outcome outcome = outcome_of(task);
    ++counts.tests;
    counts.failures += outcome == Outcome::failure ? 1 : 0;
    counts.errors += outcome == Outcome::error ? 1 : 0;
    counts.skipped += outcome == Outcome::skipped ? 1 : 0;
  }
  return counts;
}

std::string attributes(const Counts& counts) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", counts.tests, counts.failures,
                     counts.errors);
}

// `name`, or "name (2)" when an earlier one in `used` has it: GitLab drops cases of the same name.
std::string unique(std::string name, std::map<std::string, int>& used) {
  for (std::string candidate = name;;) {
    if (used.emplace(candidate, 1).second) return candidate;
    candidate = fmt::format("{} ({})", name, ++used[name]);
  }
}

std::string Writer::document() {
  Counts all;
  for (const LabReport& lab : report_.labs) {
    const Counts counts = counts_of(lab);
    all.tests += counts.tests;
    all.failures += counts.failures;
    all.errors += counts.errors;
  }
  const auto wall_s = wall_seconds(report_.timing);
  out_ = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"memgrade\" {}{}>\n",
                     attributes(all), wall_s ? fmt::format(" time=\"{:.3f}\"", *wall_s) : std::string());
  std::map<std::string, int> used;
  for (const LabReport& lab : report_.labs) suite(lab, unique(attribute(lab.lab), used));
  out_ += "</testsuites>\n";
  return std::move(out_);
}

void Writer::suite(const LabReport& lab, std::string_view name) {
  const std::string start = started(report_.timing);
  const Counts counts = counts_of(lab);
  out_ += fmt::format("  <testsuite name=\"{}\" {} skipped=\"{}\"{}>\n    <properties>\n", name,
                      attributes(counts), counts.skipped,
                      start.empty() ? start : fmt::format(" timestamp=\"{}\"", start));
  out_ += property("student", report_.student.id, "      ");
  out_ += property("points", points(lab.score), "      ");
  out_ += property("max_points", points(lab.max_score), "      ");
  out_ += property("provisional", report_.provisional ? "true" : "false", "      ");
  if (report_.student.late) out_ += property("late", "true", "      ");
  std::map<std::string, int> used;
  std::vector<std::string> names;
  for (const TaskReport& task : lab.tasks)
    names.push_back(unique(attribute(title_of(task.task, "task")), used));
  for (std::size_t i = 0; i < names.size(); ++i) task_properties(lab.tasks[i], names[i]);
  out_ += "    </properties>\n";
  for (std::size_t i = 0; i < names.size(); ++i) testcase(lab, lab.tasks[i], names[i]);
  out_ += "  </testsuite>\n";
}

void Writer::task_properties(const TaskReport& task, std::string_view name) {
  const auto add = [&](std::string_view key, std::string_view value) {
    out_ += property(fmt::format("{}.{}", name, key), value, "      ");
  };
  add("title", task.title);
  add("status", to_string(task.status));
  add("points", points(task.score));
  add("max_points", points(task.max_score));
  if (task.informational) add("informational", "true");
  if (task.manual_grade) add("marked_by", task.manual_grade->by);
  if (task.manual_grade) add("marked_at", task.manual_grade->at);
  if (task.manual_grade && task.manual_grade->late) add("late", "true");
}

void Writer::testcase(const LabReport& lab, const TaskReport& task, std::string_view name) {
  out_ += fmt::format("    <testcase classname=\"{}\" name=\"{}\">\n", attribute(lab.lab), name);
  const Outcome outcome = outcome_of(task);
  const std::string message = attribute(summary(task));
  const std::string found = annotations(task);
  const std::string output = fmt::format("{} of {} points\n{}{}", points(task.score), points(task.max_score),
                                         outcome == Outcome::passed ? found : std::string(), remainder(task));
  if (outcome == Outcome::skipped) out_ += fmt::format("      <skipped message=\"{}\"/>\n", message);
  if (outcome == Outcome::failure || outcome == Outcome::error) {
    const std::string_view tag = outcome == Outcome::failure ? "failure" : "error";
    out_ += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", tag, to_string(task.status),
                        message, text(found));
  }
  out_ += fmt::format("      <system-out>{}</system-out>\n", text(output));
  out_ += "    </testcase>\n";
}

}  // namespace

std::string junit(const Report& report) {
  return Writer(report).document();
}

}  // namespace memgrade::report
