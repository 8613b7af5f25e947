// grade explain LAB[/TASK]: what is collected and how it is judged, in prose. grade explain --student DIR:
// what would be graded of a submission, and how it was found, built and called.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/interrupt.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/grading/grade.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

constexpr std::size_t kColumns = 80;

// `text` in lines of at most 80 columns, every line after the first indented by `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = 0;
  for (const std::string& word : split_words(text)) {
    const std::size_t width = display_width(word);
    if (column > 0 && indent + column + 1 + width > kColumns) {
      out += "\n" + std::string(indent, ' ');
      column = 0;
    }
    if (column > 0) out += " ", ++column;
    out += word;
    column += width;
  }
  return out;
}

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return plain_number(value.get<double>());
  if (!value.is_object()) {
    std::string text = dump_json(value, -1);
    return replace_all(replace_all(std::move(text), "\"", ""), ",", ", ");
  }
  // What the loader made of "name: {params}".
  if (value.contains("name") && value.contains("params"))
    return fmt::format("{}({})", value["name"].get<std::string>(), value_text(value["params"]));
  std::vector<std::string> parts;
  for (const auto& [key, inner] : value.items())
    if (!inner.is_null()) parts.push_back(fmt::format("{} {}", key, value_text(inner)));
  return join(parts, ", ");
}

std::string first_sentence(const std::string& text) {
  const std::size_t stop = text.find(". ");
  return stop == text.npos ? text : text.substr(0, stop + 1);
}

void print_collect(const Task& task) {
  if (task.manual) {
    print_to(stdout, "  A person marks this task.\n");
    for (const std::string& question : task.questions) print_to(stdout, "    - {}\n", wrapped(question, 6));
    return;
  }
  print_to(stdout, "  Collected:\n");
  for (const auto& [key, value] : task.collect.items()) {
    if (value.is_null() || (value.is_structured() && value.empty())) continue;
    const bool list_of_objects = value.is_array() && value[0].is_object();
    if (!list_of_objects) {
      print_to(stdout, "    - {}\n", wrapped(fmt::format("{}: {}", key, value_text(value)), 6));
      continue;
    }
    for (const Json& item : value) print_to(stdout, "    - {}\n", wrapped(value_text(item), 6));
  }
}

double earning_weight(const Task& task) {
  double sum = 0;
  for (const CheckSpec& check : task.judge) sum += check.gate ? 0 : check.weight;
  return sum;
}

std::string worth(const Task& task, const CheckSpec& check) {
  if (check.gate && check.cap <= 0) return "a condition: without it the task earns nothing";
  if (check.gate)
    return fmt::format("a condition: without it the task earns at most {} %", plain_number(100 * check.cap));
  if (task.points <= 0) return "earns no points";
  return plain_number(task.points * check.weight / earning_weight(task)) + " points";
}

void print_judge(const Task& task) {
  if (!task.judge.empty()) print_to(stdout, "  Judged:\n");
  const std::vector<TermSpec>& checkers = grading::vocabulary().checkers;
  for (const CheckSpec& check : task.judge) {
    const auto spec = std::ranges::find(checkers, check.checker, &TermSpec::name);
    const std::string doc = spec == checkers.end() ? "" : first_sentence(spec->doc);
    std::vector<std::string> params;
    for (const auto& [key, value] : check.params.items())
      if (!value.is_null() && !(value.is_structured() && value.empty()))
        params.push_back(fmt::format("{}: {}", key, value_text(value)));
    print_to(stdout, "    - {}\n", wrapped(fmt::format("{} ({}).", check.title, worth(task, check)), 6));
    print_to(stdout, "      {}\n", wrapped(fmt::format("{}: {}", check.checker, doc), 6));
    if (!params.empty()) print_to(stdout, "      {}\n", wrapped(join(params, "; "), 6));
    if (!check.hint.empty()) print_to(stdout, "      {}\n", wrapped("Hint when it fails: " + check.hint, 6));
  }
}

void print_task(const Task& task) {
  const std::string points = task.informational ? "informational" : plain_number(task.points) + " points";
  print_to(stdout, "\n{}: {} ({})\n", task.name, task.title, points);
  if (!task.summary.empty()) print_to(stdout, "  {}\n", wrapped(task.summary, 2));
  if (!task.variants.empty())
    print_to(stdout, "  Only for submissions of the shape {}.\n", join(task.variants, " or "));
  for (const Need& need : task.needs)
    print_to(stdout, "  Run only when '{}' {}.\n", need.task,
             need.at_least == TaskStatus::partial ? "works at least in part" : "passes");
  print_collect(task);
  print_judge(task);
}

int explain(const std::string& word) {
  const auto labs = open_labs();
  if (!labs) return diagnose(labs.error());
  const auto selections = grading::parse_selections({word}, *labs);
  if (!selections) return diagnose(selections.error());
  const grading::Selection& selection = selections->front();
  const Lab& lab = *std::ranges::find(*labs, selection.lab, &Lab::name);
  print_to(stdout, "{}: {} ({} points)\n", lab.name, lab.title, plain_number(lab.points));
  if (!lab.summary.empty()) print_to(stdout, "{}\n", wrapped(lab.summary, 0));
  print_to(stdout, "{}\n",
           wrapped("A directory with one of these files is a submission: " + join(lab.identify, ", "), 0));
  for (const Task& task : lab.tasks)
    if (selection.task.empty() || selection.task == task.name) print_task(task);
  return kGraded;
}

struct ExplainArguments {
  std::string word, student, overrides;
  std::vector<std::string> labs, calls, builds;
  bool no_sandbox = false;
};

int explain_student(const ExplainArguments& arguments) {
  const auto root = root_directory();
  if (!root) return diagnose(root.error());
  grading::Options options;
  options.root = *root;
  options.student = arguments.student;
  options.labs = arguments.labs;
  if (!arguments.word.empty()) options.labs.push_back(arguments.word);
  options.calls = arguments.calls;
  options.builds = arguments.builds;
  options.sandbox = !arguments.no_sandbox;
  if (!arguments.overrides.empty()) options.overrides = arguments.overrides;
  const Interrupt interrupt;
  const auto lines = grading::dry_run(options, {}, interrupt.token());
  if (!lines) return diagnose(lines.error());
  for (const std::string& line : *lines) print_to(stdout, "{}\n", printable(line));
  return kGraded;
}

int explain(const ExplainArguments& arguments) {
  if (!arguments.student.empty()) return explain_student(arguments);
  if (!arguments.word.empty()) return explain(arguments.word);
  print_to(stderr, "memgrade: say what to explain: a lab, or --student DIR\n");
  return kUsage;
}

}  // namespace

Action add_explain(CLI::App& app) {
  auto arguments = std::make_shared<ExplainArguments>();
  app.add_option("what", arguments->word, "The lab, or one task of it")->type_name("LAB[/TASK]");
  app.add_option("--student", arguments->student, "What would be graded of this submission, and how")
      ->type_name("DIR");
  app.add_option("--lab", arguments->labs, "Of the submission only this lab; may be repeated")
      ->type_name("LAB[/TASK]");
  app.add_option("--call", arguments->calls, "How the program is called")->type_name("LINE");
  app.add_option("--build", arguments->builds, "A command that builds it")->type_name("LINE");
  app.add_option("--overrides", arguments->overrides, "What is said of single students")->type_name("FILE");
  app.add_flag("--no-sandbox", arguments->no_sandbox, "Run student code unconfined");
  return [arguments] { return explain(*arguments); };
}

}  // namespace memgrade::cli
