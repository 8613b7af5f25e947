// grade checkoff RUN: the sheet that a student explains the work with.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/checkoff.hpp>
#include <harness/grading/find_run.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

struct CheckoffArguments {
  std::string run, out;
};

// The tasks that a person still has to mark, as `grade mark` takes them.
std::vector<std::string> to_be_marked(const CheckoffSheet& sheet) {
  std::vector<std::string> names;
  for (const CheckoffLab& lab : sheet.labs)
    for (const TaskReport& task : lab.report.tasks)
      if (task.status == TaskStatus::pending) names.push_back(lab.report.lab + "/" + task.task);
  return names;
}

int checkoff(const CheckoffArguments& arguments) {
  const auto root = root_directory();
  if (!root) return diagnose(root.error());
  const auto run = grading::find_run(arguments.run, *root / "reports" / "out");
  if (!run) return diagnose(run.error());
  std::optional<fs::path> out;
  if (!arguments.out.empty()) out = arguments.out;
  const auto written = grading::write_checkoff(*run, *root, out);
  if (!written) return diagnose(written.error());
  print_to(stdout, "{}\n", show_path(written->page));
  for (const std::string& task : to_be_marked(written->sheet))
    print_to(stdout, "Then: grade mark {} {} POINTS --by WHO\n", shell_quote(arguments.run), task);
  return kGraded;
}

}  // namespace

Action add_checkoff(CLI::App& app) {
  auto arguments = std::make_shared<CheckoffArguments>();
  app.add_option("run", arguments->run, "A run's directory or name, or a student's")
      ->type_name("RUN")
      ->required();
  app.add_option("--out", arguments->out, "Where the sheet goes (RUN/checkoff.html)")->type_name("FILE");
  return [arguments] { return checkoff(*arguments); };
}

}  // namespace memgrade::cli
