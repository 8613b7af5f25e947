// Annotations for a pull request or a push on GitHub. The escapes are those of the Actions toolkit
// (packages/core/src/command.ts): % CR LF in a message, and also ':' and ',' in a property.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <harness/base/text.hpp>
#include <harness/report/report.hpp>
#include <harness/report/wording.hpp>
#include <set>

namespace memgrade::report {

namespace {

constexpr std::size_t kMostAnnotations = 10;    // GitHub shows no more of a step
constexpr std::size_t kMostCompilerErrors = 6;  // so that a build that fails leaves room for the tasks
constexpr std::size_t kMaxMessageBytes = 2000;
constexpr std::size_t kMaxTitleBytes = 200;

// In the order of telling.
enum class Rank { compiler_error, wrong_task, doubtful_task, compiler_warning };

struct Annotation {
  Rank rank = Rank::wrong_task;
  std::string properties;  // escaped
  std::string message;     // not yet escaped
};

std::string escape_data(std::string text) {
  text = replace_all(std::move(text), "%", "%25");
  text = replace_all(std::move(text), "\r", "%0D");
  return replace_all(std::move(text), "\n", "%0A");
}

std::string escape_property(std::string text) {
  text = escape_data(std::move(text));
  text = replace_all(std::move(text), ":", "%3A");
  return replace_all(std::move(text), ",", "%2C");
}

// Whether the file lies below the submission: a system header, or a path that climbs out, is no place in the
// repository.
bool is_inside(std::string_view file) {
  if (file.empty() || file.starts_with('/')) return false;
  return file != ".." && !file.starts_with("../") && file.find("/../") == std::string_view::npos &&
         !file.ends_with("/..");
}

std::string place(const Diagnostic& found, const std::string& root) {
  if (!is_inside(found.file)) return {};
  std::string file = root;
  if (!file.empty() && !file.ends_with('/')) file += '/';
  file += found.file;
  std::string text = "file=" + escape_property(one_line(file));
  if (found.line > 0) text += fmt::format(",line={}", found.line);
  if (found.line > 0 && found.column > 0) text += fmt::format(",col={}", found.column);
  return text;
}

Annotation of_diagnostic(const Diagnostic& found, const std::string& root) {
  Annotation annotation;
  annotation.rank = found.severity.ends_with("error") ? Rank::compiler_error : Rank::compiler_warning;
  annotation.properties = place(found, root);
  if (!annotation.properties.empty()) annotation.properties += ',';
  annotation.properties += "title=" + escape_property("compiler " + one_line(found.severity));
  annotation.message =
      annotation.properties.starts_with("file=") ? one_line(found.message) : diagnostic_line(found);
  if (!found.option.empty() && annotation.properties.starts_with("file="))
    annotation.message += fmt::format(" [{}]", one_line(found.option));
  return annotation;
}

std::string check_as_annotation(const CheckReport& check) {
  std::string text = title_of(check.title, check.checker);
  const auto add = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) text += fmt::format("\n{}{}", label, shorten(one_line(value), 300));
  };
  add("", check.message);
  add("expected: ", check.expected);
  add("observed: ", check.observed);
  add("hint: ", check.hint);
  return text;
}

// One finding for a task that did not pass: its first wrong check, and how many there are.
Annotation of_task(const TaskReport& task) {
  Annotation annotation;
  const bool wrong = task.status == TaskStatus::fail || task.status == TaskStatus::crash ||
                     task.status == TaskStatus::timeout;
  annotation.rank = wrong ? Rank::wrong_task : Rank::doubtful_task;
  const std::string title = fmt::format("{}: {}, {}", title_of(task.title, task.task),
                                        status_words(task.status), points_cell(task));
  annotation.properties = "title=" + escape_property(shorten(title, kMaxTitleBytes));
  annotation.message = plain_text(task.message);
  std::size_t failed = 0;
  for (const CheckReport& check : task.checks) {
    if (check.passed || ++failed > 1) continue;
    annotation.message += (annotation.message.empty() ? "" : "\n") + check_as_annotation(check);
  }
  if (failed > 1) annotation.message += fmt::format("\n({} in all)", counted(failed, "wrong check"));
  if (annotation.message.empty() && task.manual_grade) annotation.message = grade_line(*task.manual_grade);
  if (annotation.message.empty()) annotation.message = status_words(task.status);
  return annotation;
}

bool worth_telling(const TaskReport& task) {
  if (task.informational) return false;
  return task.status != TaskStatus::pass && task.status != TaskStatus::skipped &&
         task.status != TaskStatus::pending;
}

std::string command_line(const Annotation& annotation) {
  const bool is_error = annotation.rank == Rank::compiler_error || annotation.rank == Rank::wrong_task;
  return fmt::format("::{} {}::{}\n", is_error ? "error" : "warning", annotation.properties,
                     escape_data(shorten(annotation.message, kMaxMessageBytes)));
}

}  // namespace

std::string github_annotations(const Report& report, const std::string& root) {
  std::vector<Annotation> annotations;
  for (const LabReport& lab : report.labs) {
    // As the workflow sees it: "." and "./x" name no directory on GitHub.
    std::string directory = (std::filesystem::path(root) / lab.source).lexically_normal().string();
    while (directory.ends_with('/')) directory.pop_back();
    if (directory == ".") directory.clear();
    for (const TaskReport& task : lab.tasks) {
      for (const Diagnostic& found : task.diagnostics) {
        if (found.severity != "note") annotations.push_back(of_diagnostic(found, directory));
      }
    }
  }
  for (const LabReport& lab : report.labs) {
    for (const TaskReport& task : lab.tasks) {
      if (worth_telling(task)) annotations.push_back(of_task(task));
    }
  }
  std::ranges::stable_sort(annotations, {}, &Annotation::rank);
  std::string out;
  std::set<std::string> written;  // one build may belong to several tasks
  for (const Annotation& annotation : annotations) {
    if (written.size() == kMostAnnotations) break;
    if (annotation.rank == Rank::compiler_error && written.size() >= kMostCompilerErrors) continue;
    std::string line = command_line(annotation);
    if (written.insert(line).second) out += line;
  }
  return out;
}

}  // namespace memgrade::report
