// grade check-cases [DIR]: every mistake of the case files in one go.
#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/casefile/casefile.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/grade.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

int check(const std::string& directory) {
  fs::path cases = directory;
  if (directory.empty()) {
    const auto root = root_directory();
    if (!root) return diagnose(root.error());
    cases = *root / "cases";
  }
  std::error_code ignored;
  const bool one_lab = fs::exists(cases / "lab.yaml", ignored);
  auto loaded = one_lab ? casefile::load_lab(cases, grading::vocabulary())
                        : casefile::load_cases(cases, grading::vocabulary());
  if (!loaded) return diagnose(loaded.error());
  for (const auto& diagnostic : loaded->diagnostics) print_to(stdout, "{}\n", diagnostic.text());
  std::size_t tasks = 0;
  double points = 0;
  for (const Lab& lab : loaded->labs) {
    tasks += lab.tasks.size();
    points += lab.points;
  }
  if (!loaded->diagnostics.empty()) {
    print_to(stdout, "{}\n", counted(loaded->diagnostics.size(), "mistake"));
    return kUsage;
  }
  if (loaded->labs.empty())
    return diagnose({ErrorKind::nothing_found, "no lab.yaml below this directory", cases.string()});
  print_to(stdout, "{}: {}, {}, {} points; no mistakes\n", show_path(cases),
           counted(loaded->labs.size(), "lab"), counted(tasks, "task"), plain_number(points));
  return kGraded;
}

}  // namespace

Action add_check_cases(CLI::App& app) {
  auto directory = std::make_shared<std::string>();
  app.add_option("dir", *directory, "A folder of labs, or one lab's folder (memgrade's own cases/)")
      ->type_name("DIR");
  return [directory] { return check(*directory); };
}

}  // namespace memgrade::cli
