// grade --student DIR: the main job.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/interrupt.hpp>
#include <harness/cli/output.hpp>
#include <harness/cli/progress.hpp>
#include <harness/grading/grade.hpp>
#include <harness/report/report.hpp>
#include <harness/report/wording.hpp>
#include <memory>
#include <thread>

namespace memgrade::cli {
namespace {

struct GradeArguments {
  grading::Options options;
  std::string student, out, dataset, overrides;
  std::optional<double> fail_under;
  bool json = false, github = false, for_student = false, verbose = false, quiet = false, no_sandbox = false,
       no_shorten = false;
};

// Per cent of the points that are judged already: a mark that a person has yet to give counts for nobody.
double percent(const Report& report) {
  double max = 0;
  for (const LabReport& lab : report.labs)
    for (const TaskReport& task : lab.tasks)
      if (task.status != TaskStatus::pending && task.status != TaskStatus::infra_error) max += task.max_score;
  return max > 0 ? 100 * report.score / max : 100;
}

// Why something could not be observed, each reason once with its lab; of a lab's tasks most have the same.
std::vector<std::string> reasons_unobserved(const Report& report) {
  std::vector<std::string> reasons;
  for (const LabReport& lab : report.labs) {
    for (const TaskReport& task : lab.tasks) {
      if (task.status != TaskStatus::infra_error) continue;
      std::string reason = fmt::format("{}: {}", lab.lab, report::one_line(task.message));
      if (std::ranges::find(reasons, reason) == reasons.end()) reasons.push_back(std::move(reason));
    }
  }
  return reasons;
}

// CLI::Range lets NaN through, of which no comparison is true.
std::string percent_mistake(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value >= 0 && value <= 100 ? "" : text + " is not between 0 and 100";
}

Status append_to_file(const char* variable, const std::string& text) {
  const char* path = std::getenv(variable);
  if (!path || !*path) return {};
  std::FILE* file = std::fopen(path, "ae");
  bool whole = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file && std::fclose(file) != 0) whole = false;
  if (whole) return {};
  return fail(ErrorKind::io,
              fmt::format("cannot append to what {} names: {}", variable, std::strerror(errno)),
              show_path(path));
}

Status print_results(const GradeArguments& arguments, const grading::Graded& graded) {
  const Report of_student = for_student(graded.report);
  const Report& shown = arguments.for_student ? of_student : graded.report;
  const fs::path place = arguments.for_student ? graded.directory / "student" : graded.directory;
  if (arguments.json) {
    print_to(stdout, "{}", report::json(shown));
  } else if (!arguments.quiet) {
    const int columns = terminal_columns(STDOUT_FILENO);
    print_to(stdout, "{}", report::console(shown, {use_color(STDOUT_FILENO), arguments.verbose, columns}));
    print_to(stdout, "\nReports: {}\n", show_path(place / "report.html"));
  }
  if (arguments.github) {
    // With --json, standard output is the record's alone. Both are read by the student who pushed.
    std::FILE* stream = arguments.json ? stderr : stdout;
    print_to(stream, "{}", report::github_annotations(of_student, show_path(arguments.options.student)));
    return append_to_file("GITHUB_STEP_SUMMARY", report::markdown(of_student));
  }
  return {};
}

int grade(GradeArguments& arguments) {
  if (arguments.student.empty()) {
    print_to(stderr, "memgrade: say what to grade: --student DIR (or a command, see --help)\n");
    return kUsage;
  }
  const auto root = root_directory();
  if (!root) return diagnose(root.error());
  grading::Options& options = arguments.options;
  options.root = *root;
  options.student = arguments.student;
  options.sandbox = !arguments.no_sandbox;
  options.shorten = !arguments.no_shorten;
  if (!arguments.out.empty()) options.out = arguments.out;
  if (!arguments.dataset.empty()) options.dataset = arguments.dataset;
  if (!arguments.overrides.empty()) options.overrides = arguments.overrides;
  const Interrupt interrupt;
  Progress progress(!arguments.quiet, STDERR_FILENO);
  const auto graded = grading::grade(options, progress.observer(), interrupt.token());
  progress.finish();
  if (!graded) return diagnose(graded.error());
  if (auto printed = print_results(arguments, *graded); !printed) return diagnose(printed.error());
  for (const std::string& warning : graded->warnings) print_to(stderr, "memgrade: warning: {}\n", warning);
  const std::vector<std::string> unobserved = reasons_unobserved(graded->report);
  if (arguments.quiet)
    for (const std::string& reason : unobserved) print_to(stderr, "memgrade: {}\n", reason);
  if (!unobserved.empty()) return kInfrastructure;
  return arguments.fail_under && percent(graded->report) < *arguments.fail_under ? kBelow : kGraded;
}

}  // namespace

Action add_grade(CLI::App& app) {
  auto arguments = std::make_shared<GradeArguments>();
  grading::Options& options = arguments->options;
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--student", arguments->student, "The directory of a student's submission")
      ->type_name("DIR");
  app.add_option("--lab", options.labs, "Grade this lab, or one task of it; may be repeated")
      ->type_name("LAB[/TASK]");
  app.add_option("--out", arguments->out, "Where the reports go (reports/out/NAME)")->type_name("DIR");
  app.add_option("--dataset", arguments->dataset, "Use this data set in place of the lab's")
      ->type_name("DIR");
  app.add_option("--call", options.calls, "The program is called so; may be repeated")->type_name("LINE");
  app.add_option("--build", options.builds, "A command that builds it; may be repeated")->type_name("LINE");
  app.add_option("--overrides", arguments->overrides, "For single students (cases/overrides.yaml)")
      ->type_name("FILE");
  app.add_option("--kernel", options.kernel, "Linux for modules: a series (6.1) or a directory")
      ->type_name("KERNEL");
  app.add_option("-j,--jobs", options.jobs, "Tasks at a time (the number of cores)")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U).description(""));
  app.add_option("--fail-under", arguments->fail_under, "Exit with 1 when the score is below this per cent")
      ->type_name("PCT")
      ->check(percent_mistake);
  app.add_flag("--json", arguments->json, "Print report.json instead of the report");
  app.add_flag("--for-student", arguments->for_student, "Print what the student may see");
  app.add_flag("--github", arguments->github, "Annotations and a step summary for GitHub Actions");
  app.add_flag("--no-sandbox", arguments->no_sandbox, "Run student code unconfined; the report says so");
  app.add_flag("--no-shorten", arguments->no_shorten, "Leave inputs that fail as long as they are: quicker");
  app.add_flag("-v,--verbose", arguments->verbose, "Show what passed, too");
  app.add_flag("-q,--quiet", arguments->quiet, "Print nothing but errors");
  return [arguments] { return grade(*arguments); };
}

}  // namespace memgrade::cli
