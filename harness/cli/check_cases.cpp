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

// Files of ours stand beside the cases, or below memgrade's own root.
casefile::Roots roots_of(const fs::path& cases, bool one_lab) {
  const fs::path whole = fs::absolute(cases).lexically_normal();
  const fs::path folder = whole.has_filename() ? whole : whole.parent_path();
  casefile::Roots roots = {one_lab ? folder.parent_path().parent_path() : folder.parent_path()};
  if (const auto root = root_directory()) roots.push_back(*root);
  return roots;
}

int check(const std::string& directory) {
  fs::path cases = directory;
  if (directory.empty()) {
    const auto root = root_directory();
    if (!root) return diagnose(root.error());
    cases = *root / "cases";
  }
  std::error_code ignored;
  const bool one_lab = fs::exists(cases / "lab.yaml", ignored);
  const casefile::Roots roots = roots_of(cases, one_lab);
  auto loaded = one_lab ? casefile::load_lab(cases, grading::vocabulary(), roots)
                        : casefile::load_cases(cases, grading::vocabulary(), roots);
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
