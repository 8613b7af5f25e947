#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/diagnostics.hpp>
#include <harness/collect/kernel_build.hpp>
#include <harness/collect/records.hpp>

namespace memgrade::collect {
namespace {

constexpr const char* kTreeInside = "/submission";
constexpr std::uint64_t kMostSourceBytes = 1U << 20;

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

// Files that the student has and we do not: they take no part. Files that we have and the student changed:
// likewise.
void note_what_was_replaced(const Lab& lab, const fs::path& from, const fs::path& tree, BuiltKernel& built) {
  const auto theirs = list_files(from);
  if (!theirs) return;
  std::vector<std::string> own = texts(lab.settings.at("student"));
  for (std::string& name : texts(lab.settings.value("optional", Json::array())))
    own.push_back(std::move(name));
  std::vector<std::string> changed, extra;
  for (const fs::path& file : *theirs) {
    if (std::ranges::find(own, file.string()) != own.end() || *file.begin() == "build") continue;
    const auto ours = read_file(tree / file);
    const auto mine = read_untrusted(from, file, kMostSourceBytes);
    if (!ours)
      extra.push_back(printable(file.string()));
    else if (!mine || mine->bytes != *ours)
      changed.push_back(printable(file.string()));
  }
  const auto note = [&](const std::vector<std::string>& files, const char* what) {
    if (!files.empty()) built.notes.push_back(shorten(fmt::format("{}: {}", what, join(files, ", ")), 400));
  };
  note(changed, "protected, ours was used");
  note(extra, "left out");
}

Result<RunRecord> run_build(const Lab& lab, const fs::path& tree, const Surroundings& surroundings) {
  exec::Confined confined;
  confined.argv = texts(lab.settings.at("build"));
  confined.directory = surroundings.sandbox.confines() ? fs::path(kTreeInside) : tree;
  confined.mounts = {{tree, kTreeInside, true}};
  confined.environment = {{"LC_ALL", "C.UTF-8"}};
  confined.address_space_limit = false;
  const std::string command = shell_command(confined.argv);
  auto outcome = surroundings.sandbox.run(confined, limits_from(lab.settings.at("limits").at("build")),
                                          surroundings.stop);
  if (!outcome) return std::unexpected(outcome.error());
  return to_record("build", command, std::move(*outcome));
}

}  // namespace

Result<BuiltKernel> build_kernel(const Lab& lab, const Work& work, const Surroundings& surroundings) {
  BuiltKernel built;
  built.record.way = "make";
  const fs::path tree = surroundings.scratch / "tree";
  const auto skipped = copy_tree(surroundings.root / lab.settings.at("tree").get<std::string>(), tree);
  if (!skipped) return std::unexpected(skipped.error());
  (void)remove_tree(tree / "build");  // of whoever works in our tree
  note_what_was_replaced(lab, work.directory, tree, built);
  if (auto taken = take_files(lab, work.directory, tree, built); !taken)
    return std::unexpected(taken.error());
  if (!built.record.tried.empty()) return built;
  auto step = run_build(lab, tree, surroundings);
  if (!step) return std::unexpected(step.error());
  const std::string root = surroundings.sandbox.confines() ? kTreeInside : tree.string();
  built.record.diagnostics = parse_diagnostics(step->err.bytes, root);
  built.record.succeeded = went_well(*step);
  for (const auto& [image, file] : lab.settings.at("images").items()) {
    std::error_code ignored;
    const fs::path path = tree / file.get<std::string>();
    if (!built.record.succeeded || !fs::is_regular_file(fs::symlink_status(path, ignored))) continue;
    built.images[image] = path;
    built.record.programs.push_back(file.get<std::string>());
  }
  built.record.steps.push_back(std::move(*step));
  return built;
}

}  // namespace memgrade::collect
