#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/diagnostics.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/protected_files.hpp>
#include <harness/collect/riscv_kernel/image.hpp>
#include <harness/collect/riscv_kernel/overlay_build.hpp>
#include <harness/collect/riscv_kernel/workspace.hpp>

namespace memgrade::collect {
namespace {

// Takes one file of the student's; false when it is not there.
Result<bool> take_file(const fs::path& from, const std::string& name, const fs::path& tree) {
  auto part = read_untrusted(from, name, kMostSourceBytes);
  if (!part) return false;
  if (auto written = write_file(tree / name, part->bytes); !written) return std::unexpected(written.error());
  return true;
}

Status take_files(const Lab& lab, const fs::path& from, const fs::path& tree, BuiltKernel& built) {
  for (const std::string& name : texts(lab.settings.at("student"))) {
    auto taken = take_file(from, name, tree);
    if (!taken) return std::unexpected(taken.error());
    if (*taken) continue;
    built.record.tried.push_back(name + ": missing");
    built.notes.push_back(fmt::format("{} is missing; nothing can be built without it", name));
  }
  for (const std::string& name : texts(lab.settings.value("optional", Json::array())))
    if (auto taken = take_file(from, name, tree); !taken) return std::unexpected(taken.error());
  return {};
}

Result<RunRecord> run_build(const Lab& lab, const fs::path& tree, const Context& context) {
  exec::Confined confined;
  confined.argv = texts(lab.settings.at("build"));
  confined.directory = context.sandbox.confines() ? fs::path(kTreeInside) : tree;
  confined.mounts = {{tree, kTreeInside, true}};
  confined.environment = {{"LC_ALL", "C.UTF-8"}};
  confined.address_space_limit = false;
  const std::string command = shell_command(confined.argv);
  auto outcome =
      context.sandbox.run(confined, limits_from(lab.settings.at("limits").at("build")), context.stop);
  if (!outcome) return std::unexpected(outcome.error());
  return to_record("build", command, std::move(*outcome));
}

}  // namespace

Result<BuiltKernel> build_kernel(const Lab& lab, const LabSubmission& submission, const Context& context) {
  BuiltKernel built;
  built.variant = our_starter;
  built.record.recipe = "make";
  built.recipe.cpu = lab.settings.value("cpu", "rv64");
  const fs::path tree = context.scratch / "tree";
  const auto skipped = copy_tree(context.root / lab.settings.at("tree").get<std::string>(), tree);
  if (!skipped) return std::unexpected(skipped.error());
  (void)remove_tree(tree / "build");  // of whoever works in our tree
  std::vector<std::string> students = texts(lab.settings.at("student"));
  std::ranges::move(texts(lab.settings.value("optional", Json::array())), std::back_inserter(students));
  built.notes = notes_on_protected_files(submission.directory, tree, students);
  if (auto taken = take_files(lab, submission.directory, tree, built); !taken)
    return std::unexpected(taken.error());
  if (!built.record.tried.empty()) return built;
  auto step = run_build(lab, tree, context);
  if (!step) return std::unexpected(step.error());
  const std::string root = context.sandbox.confines() ? kTreeInside : tree.string();
  built.record.diagnostics = parse_diagnostics(step->err.bytes, root);
  built.record.succeeded = went_well(*step);
  for (const auto& [image, file] : lab.settings.at("images").items()) {
    if (!built.record.succeeded) break;
    const auto name = file.get<std::string>();
    const auto kernel = read_kernel_image(
        tree, name, {.memory_bytes = lab.settings.value("memory", std::uint64_t{128} << 20)});
    if (!kernel) {
      built.record.tried.push_back(kernel.error());
      continue;
    }
    built.images[image] = tree / name;
    built.commands[image] = image == "kernel" ? "make run" : "make " + image;
    built.record.programs.push_back(name);
  }
  if (built.images.empty()) built.record.succeeded = false;
  built.record.steps.push_back(std::move(*step));
  return built;
}

}  // namespace memgrade::collect
