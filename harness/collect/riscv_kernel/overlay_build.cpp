#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/diagnostics.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/protected_files.hpp>
#include <harness/collect/riscv_kernel/by_hand.hpp>
#include <harness/collect/riscv_kernel/image.hpp>
#include <harness/collect/riscv_kernel/overlay_build.hpp>
#include <harness/collect/riscv_kernel/workspace.hpp>

namespace memgrade::collect {
namespace {

// Takes one file of the student's; false when it is not there.
Result<bool> take_file(const fs::path& from, const std::string& name, const fs::path& tree) {
  auto part = read_work(from, name, kMostSourceBytes);
  if (!part && part.error().kind == ErrorKind::infrastructure) return std::unexpected(part.error());
  if (!part) return false;
  if (auto written = write_file(tree / name, part->bytes); !written) return std::unexpected(written.error());
  return true;
}

// Files that are missing stand in the build's record.
Status take_files(const OverlaySettings& settings, const fs::path& from, const fs::path& tree,
                  BuiltKernel& built) {
  for (const std::string& name : settings.student) {
    auto taken = take_file(from, name, tree);
    if (!taken) return std::unexpected(taken.error());
    if (*taken) {
      if (const std::string why = why_no_source(read_untrusted(tree, name, 64)->bytes); !why.empty())
        built.record.tried.push_back(fmt::format("{}: {}", name, why));
      continue;
    }
    built.record.tried.push_back(name + ": missing");
    built.notes.push_back(fmt::format("{} is missing; nothing can be built without it", name));
  }
  for (const std::string& name : settings.optional)
    if (auto taken = take_file(from, name, tree); !taken) return std::unexpected(taken.error());
  return {};
}

// Dates everything as made an hour ago, and what was compiled as a moment newer than what it was compiled
// from: make then compiles what is written now, and nothing else. (A file that is written directly after such
// a date was set to "now" may get an earlier one: the kernel dates files by its tick.)
void date_back(const fs::path& tree) {
  const auto compiled = fs::file_time_type::clock::now() - std::chrono::hours(1);
  const auto files = list_files(tree);
  for (const fs::path& file : files.value_or(std::vector<fs::path>())) {
    std::error_code ignored;
    const bool source = *file.begin() != "build";
    fs::last_write_time(tree / file, source ? compiled - std::chrono::minutes(1) : compiled, ignored);
  }
}

// The tree that was built, with our files in the place of the part's others.
Status copy_for_part(const OverlaySettings& settings, const KernelPart& part, const Context& context,
                     const fs::path& whole, const fs::path& tree) {
  if (const auto skipped = copy_tree(whole, tree); !skipped) return std::unexpected(skipped.error());
  date_back(tree);
  for (const std::string& name : part.ours) {
    auto taken = take_file(context.root / settings.tree, name, tree);
    if (!taken) return std::unexpected(taken.error());
  }
  return {};
}

Result<RunRecord> run_build(const OverlaySettings& settings, const fs::path& tree, const Context& context) {
  exec::Confined confined;
  confined.argv = settings.build;
  confined.directory = context.sandbox.confines() ? fs::path(kTreeInside) : tree;
  confined.mounts = {{tree, kTreeInside, true}};
  confined.environment = {{"LC_ALL", "C.UTF-8"}};
  confined.address_space_limit = false;
  const std::string command = shell_command(confined.argv);
  auto outcome = context.sandbox.run(confined, settings.build_limits, context.stop);
  if (!outcome) return std::unexpected(outcome.error());
  return to_record("build", command, std::move(*outcome));
}

// The same by hand, in the submission's folder: our tree with the student's files in it, but for those that
// are ours in this part.
std::string tree_by_hand(const OverlaySettings& settings, const fs::path& from,
                         const std::vector<std::string>& ours) {
  std::vector<std::string> taken;
  for (const auto* names : {&settings.student, &settings.optional})
    for (const std::string& name : *names) {
      std::error_code ignored;
      if (fs::exists(from / name, ignored) && std::ranges::find(ours, name) == ours.end())
        taken.push_back(shell_quote(name));
    }
  return fmt::format(R"(t=$(mktemp -d) && cp -r {}/. "$t" && cp --parents {} "$t" && cd "$t" && )",
                     in_memgrade(settings.tree), join(taken, " "));
}

// The images of a tree that was built; `suffix` tells a part's from the whole submission's, and `before` is
// what comes before their commands by hand.
void keep_images(const OverlaySettings& settings, const fs::path& tree, const std::string& suffix,
                 const std::string& before, BuiltKernel& built) {
  for (const auto& [image, name] : settings.images) {
    const auto kernel = read_kernel_image(tree, name, {.memory_bytes = settings.memory_bytes});
    if (!kernel) {
      if (suffix.empty()) built.record.tried.push_back(kernel.error());
      continue;
    }
    built.images[image + suffix] = tree / name;
    built.commands[image + suffix] = before + (image == "kernel" ? "make run" : "make " + image);
    if (suffix.empty()) built.record.programs.push_back(name);
  }
}

// A part needs no file of the submission but its own. Where it does not link without the others, the whole is
// judged in its place.
Status build_part(const OverlaySettings& settings, const KernelPart& part, const LabSubmission& submission,
                  const fs::path& whole, const Context& context, BuiltKernel& built) {
  const fs::path tree = context.scratch / ("tree-" + part.name);
  if (auto copied = copy_for_part(settings, part, context, whole, tree); !copied) return copied;
  const auto step = run_build(settings, tree, context);
  if (!step) return std::unexpected(step.error());
  if (went_well(*step))
    keep_images(settings, tree, "@" + part.name, tree_by_hand(settings, submission.directory, part.ours),
                built);
  const std::string ours = join(part.ours, ", ");
  built.notes.push_back(
      went_well(*step)
          ? fmt::format("{}: judged in a kernel with our {}, so that mistakes there cost nothing here",
                        part.judges, ours)
          : fmt::format("{}: does not build with our {}, so it is judged with the submission's own",
                        part.judges, ours));
  return {};
}

}  // namespace

OverlaySettings overlay_settings(const Lab& lab) {
  const Json& settings = lab.settings;
  OverlaySettings overlay{.tree = settings.at("tree").get<std::string>(),
                          .student = texts(settings.at("student")),
                          .optional = texts(settings.value("optional", Json::array())),
                          .build = texts(settings.at("build")),
                          .build_limits = limits_from(settings.at("limits").at("build")),
                          .memory_bytes = settings.value("memory", std::uint64_t{128} << 20),
                          .cpu = settings.value("cpu", "rv64")};
  for (const auto& [image, file] : settings.at("images").items())
    overlay.images.emplace_back(image, file.get<std::string>());
  const Json parts = settings.value("parts", Json::object());
  for (const auto& [name, part] : parts.items()) {
    const std::string judges = part.value("judges", "");
    overlay.parts.push_back({name, judges.empty() ? name : judges, texts(part.value("ours", Json::array()))});
  }
  return overlay;
}

Result<BuiltKernel> build_kernel(const Lab& lab, const LabSubmission& submission, const Context& context) {
  const OverlaySettings settings = overlay_settings(lab);
  BuiltKernel built;
  built.variant = our_starter;
  built.record.recipe = "make";
  built.recipe.cpu = settings.cpu;
  const fs::path tree = context.scratch / "tree";
  const auto skipped = copy_tree(context.root / settings.tree, tree);
  if (!skipped) return std::unexpected(skipped.error());
  (void)remove_tree(tree / "build");  // of whoever works in our tree
  std::vector<std::string> students = settings.student;
  students.insert(students.end(), settings.optional.begin(), settings.optional.end());
  built.notes = notes_on_protected_files(submission.directory, tree, students);
  if (auto taken = take_files(settings, submission.directory, tree, built); !taken)
    return std::unexpected(taken.error());
  if (!built.record.tried.empty()) return built;
  auto step = run_build(settings, tree, context);
  if (!step) return std::unexpected(step.error());
  const std::string by_hand = tree_by_hand(settings, submission.directory, {});
  step->command = by_hand + step->command;
  const std::string root = context.sandbox.confines() ? kTreeInside : tree.string();
  built.record.diagnostics = parse_diagnostics(step->err.bytes, root);
  built.record.succeeded = went_well(*step);
  if (built.record.succeeded) keep_images(settings, tree, "", by_hand, built);
  if (built.images.empty()) built.record.succeeded = false;
  built.record.steps.push_back(std::move(*step));
  if (!built.record.succeeded) return built;
  for (const KernelPart& part : settings.parts)
    if (auto done = build_part(settings, part, submission, tree, context, built); !done)
      return std::unexpected(done.error());
  return built;
}

}  // namespace memgrade::collect
