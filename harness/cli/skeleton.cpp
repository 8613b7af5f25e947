// grade skeleton LAB DIR: the starter code.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/starter/skeleton.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

int write(const std::string& lab_name, const std::string& directory) {
  const auto root = root_directory();
  if (!root) return diagnose(root.error());
  const auto labs = open_labs();
  if (!labs) return diagnose(labs.error());
  const auto selections = grading::parse_selections({lab_name}, *labs);
  if (!selections) return diagnose(selections.error());
  const Lab& lab = *std::ranges::find(*labs, selections->front().lab, &Lab::name);
  const auto skeleton = starter::write_skeleton(lab, *root, directory);
  if (!skeleton) return diagnose(skeleton.error());
  print_to(stdout, "{}: {} of {}\n", directory, counted(skeleton->files.size(), "file"), lab.title);
  print_to(stdout, "To be written, between the marks STUDENT BEGIN and STUDENT END:\n");
  for (const std::string& part : skeleton->parts) print_to(stdout, "  {}\n", part);
  print_to(stdout, "Grade it with: ./grade --student {}\n", shell_quote(directory));
  return kGraded;
}

}  // namespace

Action add_skeleton(CLI::App& app) {
  auto lab = std::make_shared<std::string>();
  auto directory = std::make_shared<std::string>();
  app.add_option("lab", *lab, "The lab")->type_name("LAB")->required();
  app.add_option("dir", *directory, "A new directory")->type_name("DIR")->required();
  return [lab, directory] { return write(*lab, *directory); };
}

}  // namespace memgrade::cli
