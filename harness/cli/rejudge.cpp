// grade rejudge RUN: today's case files on stored evidence.
#include <fmt/format.h>
#include <unistd.h>

#include <harness/base/files.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/find_run.hpp>
#include <harness/grading/grade.hpp>
#include <harness/report/report.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

struct RejudgeArguments {
  std::vector<std::string> runs;
  bool json = false, quiet = false, verbose = false;
};

int rejudge_one(const std::string& run, const fs::path& root, const RejudgeArguments& arguments) {
  const auto directory = grading::find_run(run, root / "reports" / "out");
  if (!directory) return diagnose(directory.error());
  const auto graded = grading::rejudge(*directory, root);
  if (!graded) return diagnose(graded.error());
  if (arguments.json) {
    print_to(stdout, "{}", report::json(graded->report));
  } else if (!arguments.quiet) {
    const int columns = terminal_columns(STDOUT_FILENO);
    print_to(stdout, "{}\nReports: {}\n",
             report::console(graded->report, {use_color(STDOUT_FILENO), arguments.verbose, columns}),
             show_path(graded->directory / "report.html"));
  }
  for (const std::string& warning : graded->warnings) print_to(stderr, "memgrade: warning: {}\n", warning);
  return kGraded;
}

int rejudge(const RejudgeArguments& arguments) {
  const auto root = root_directory();
  if (!root) return diagnose(root.error());
  int worst = kGraded;
  for (const std::string& run : arguments.runs) worst = std::max(worst, rejudge_one(run, *root, arguments));
  return worst;
}

}  // namespace

Action add_rejudge(CLI::App& app) {
  auto arguments = std::make_shared<RejudgeArguments>();
  app.add_option("run", arguments->runs, "Runs' directories or names, or students'")
      ->type_name("RUN")
      ->required();
  app.add_flag("--json", arguments->json, "Print report.json instead of the report");
  app.add_flag("-v,--verbose", arguments->verbose, "Show what passed, too");
  app.add_flag("-q,--quiet", arguments->quiet, "Print nothing but errors");
  return [arguments] { return rejudge(*arguments); };
}

}  // namespace memgrade::cli
