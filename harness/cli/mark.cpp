// grade mark RUN TASK POINTS --by WHO: what a person gives for a task that a person marks.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/enter_grade.hpp>
#include <harness/grading/find_run.hpp>
#include <harness/report/report.hpp>
#include <harness/report/wording.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

struct GradeEntryArguments {
  std::string run;
  grading::GradeRequest request;
  bool json = false, quiet = false;
};

std::string points_text(const grading::GradeEntry& entry) {
  return fmt::format("{} of {}", plain_number(*entry.points), plain_number(entry.of));
}

void print_grade(const grading::Marked& marked) {
  const Report& report = marked.graded.report;
  print_to(stdout, "{}\n", report::person(report.student.id, report.student.name));
  const std::string name = marked.lab + "/" + marked.task;
  if (marked.now)
    print_to(stdout, "{}: {}, by {}{}\n", name, points_text(*marked.now), report::one_line(marked.now->by),
             marked.now->late ? ", late" : "");
  else
    print_to(stdout, "{}: no mark any more\n", name);
  if (marked.before)
    print_to(stdout, "  before: {}, by {} on {}\n", points_text(*marked.before),
             report::one_line(marked.before->by), report::one_line(marked.before->at));
  print_to(stdout, "Total  {}{}\n", report::points_of(report.score, report.max_score),
           report.provisional ? " (provisional)" : "");
  print_to(stdout, "\nReports: {}\n", show_path(marked.graded.directory / "report.html"));
}

int enter_grade(const GradeEntryArguments& arguments) {
  const auto root = root_directory();
  if (!root) return diagnose(root.error());
  const auto run = grading::find_run(arguments.run, *root / "reports" / "out");
  if (!run) return diagnose(run.error());
  const auto marked = grading::enter_grade(*run, *root, arguments.request);
  if (!marked) return diagnose(marked.error());
  if (arguments.json)
    print_to(stdout, "{}", report::json(marked->graded.report));
  else if (!arguments.quiet)
    print_grade(*marked);
  for (const std::string& warning : marked->graded.warnings)
    print_to(stderr, "memgrade: warning: {}\n", warning);
  return kGraded;
}

}  // namespace

Action add_mark(CLI::App& app) {
  auto arguments = std::make_shared<GradeEntryArguments>();
  grading::GradeRequest& request = arguments->request;
  app.add_option("run", arguments->run, "A run's directory or name, or a student's")
      ->type_name("RUN")
      ->required();
  app.add_option("task", request.task, "LAB/TASK, or TASK where one lab has it")
      ->type_name("TASK")
      ->required();
  app.add_option("points", request.points, "Up to the task's points; `pending` takes it back")
      ->type_name("POINTS")
      ->required();
  app.add_option("--by", request.by, "Who gives the mark")->type_name("WHO")->required();
  app.add_flag("--late", request.late, "After the date: costs nothing, every report says so");
  app.add_option("--note", request.note, "For staff alone")->type_name("TEXT");
  app.add_option("--feedback", request.feedback, "For the student, too")->type_name("TEXT");
  app.add_flag("--json", arguments->json, "Print the new report.json");
  app.add_flag("-q,--quiet", arguments->quiet, "Print nothing but errors");
  return [arguments] { return enter_grade(*arguments); };
}

}  // namespace memgrade::cli
