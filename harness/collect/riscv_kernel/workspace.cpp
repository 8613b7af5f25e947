// The workspace of the collector `riscv_kernel`.
#include <harness/base/files.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/control.hpp>
#include <harness/collect/riscv_kernel/call_sequences.hpp>
#include <harness/collect/riscv_kernel/console_text.hpp>
#include <harness/collect/riscv_kernel/defining_sources.hpp>
#include <harness/collect/riscv_kernel/edition.hpp>
#include <harness/collect/riscv_kernel/machine.hpp>
#include <harness/collect/riscv_kernel/overlay_build.hpp>
#include <harness/collect/riscv_kernel/page_table_probe.hpp>
#include <harness/collect/riscv_kernel/tree_build.hpp>
#include <harness/collect/riscv_kernel/workspace.hpp>

namespace memgrade::collect {
namespace {

Json all_probes(const Lab& lab) {
  Json all = Json::array();
  for (const Task& task : lab.tasks)
    for (const Json& look : task.collect.value("looks", Json::array())) all.push_back(look);
  return all;
}

class KernelWorkspace : public Workspace {
 public:
  KernelWorkspace(const Lab& lab, fs::path submitted, const Context& context, BuiltKernel built,
                  vm::Emulator emulator)
      : lab_(lab),
        submitted_(std::move(submitted)),
        built_(std::move(built)),
        machine_(lab, context, built_, std::move(emulator)),
        calls_(machine_),
        probes_(machine_, all_probes(lab)),
        shorten_(context.shorten) {}

  Result<Evidence> collect(const Task& task) override;
  std::vector<std::string> notes() const override { return built_.notes; }
  Status write_inputs(const Task&, const Evidence&, const fs::path&, const fs::path&) const override {
    return {};
  }

 private:
  [[nodiscard]] Result<ByName<FamilyResult>> drive(const Json& calls);

  const Lab& lab_;
  fs::path submitted_;
  BuiltKernel built_;
  KernelMachine machine_;
  KernelCalls calls_;
  PageTableProbes probes_;
  bool shorten_;
};

// A kernel of a whole tree prints for a terminal.
RunRecord boot_record(const std::string& name, const BuiltKernel& built, const std::string& image,
                      const vm::GuestRun& run) {
  const auto command = built.commands.find(image);
  RunRecord record = to_record(name, command == built.commands.end() ? "" : command->second, run);
  if (built.recipe.bare) record.out.bytes = plain_console(record.out.bytes);
  return record;
}

Result<Evidence> KernelWorkspace::collect(const Task& task) {
  Evidence evidence;
  evidence.lab = lab_.name;
  evidence.task = task.name;
  evidence.collect_digest = collect_digest(lab_, task);
  evidence.variant = built_.variant;
  evidence.build = built_.record;
  evidence.sources = defining_sources(submitted_, texts(task.collect.value("sources_of", Json::array())));
  for (const Json& wanted : task.collect.value("boots", Json::array())) {
    const std::string image = built_.image_of_part(wanted.value("image", ""), wanted.value("part", ""));
    if (!machine_.has(image)) continue;
    const auto run = machine_.plain_boot(image);
    if (!run) return std::unexpected(run.error());
    evidence.runs.push_back(boot_record(wanted.value("boot", ""), built_, image, *run));
  }
  auto families = drive(task.collect.value("calls", Json::array()));
  if (!families) return std::unexpected(families.error());
  auto looks = probes_.take(task.collect.value("looks", Json::array()));
  if (!looks) return std::unexpected(looks.error());
  DriverSequences search{std::move(*families), std::move(*looks), {}};
  const bool anything = !search.families.empty() || !search.probes.empty();
  if (!built_.driver_inconclusive.empty() && !task.collect.value("calls", Json::array()).empty())
    search.driver_inconclusive = built_.driver_inconclusive;
  else if (anything)
    search.driver_inconclusive = built_.kmalloc_inconclusive;
  if (anything || !search.driver_inconclusive.empty()) evidence.search = std::move(search);
  return evidence;
}

Result<ByName<FamilyResult>> KernelWorkspace::drive(const Json& calls) {
  ByName<FamilyResult> families;
  if (!machine_.has(machine_.driver())) return families;
  for (const Json& one : calls) {
    CallSettings settings = call_settings(one);
    if (!shorten_) settings.budget = 0;
    if (settings.family.starts_with("kmalloc") && !built_.kmalloc_inconclusive.empty()) continue;
    auto tried = calls_.try_family(settings);
    if (!tried) return std::unexpected(tried.error());
    families[settings.family] = std::move(*tried);
  }
  return families;
}

std::string variant_of(const Lab& lab, const fs::path& directory) {
  const Json trees = lab.settings.value("whole_trees", Json::object());
  return is_whole_tree(trees, directory) ? whole_tree : our_starter;
}

std::string misfit(const Lab& lab, const fs::path& directory) {
  const Json trees = lab.settings.value("whole_trees", Json::object());
  return is_whole_tree(trees, directory) ? other_tree_in(other_trees(trees), directory) : std::string();
}

// Our tree, which is known to be good; what failed, "" when nothing did.
Result<std::string> build_reference(const Lab& lab, const Context& context) {
  Context apart = context;
  apart.scratch = context.scratch / "known-good";
  if (auto made = make_directories(apart.scratch); !made) return std::unexpected(made.error());
  const auto built = build_kernel(lab, {&lab, context.root / overlay_settings(lab).tree}, apart);
  if (!built) return std::unexpected(built.error());
  return trouble_of(built->record);
}

// Of a build before.
void clear(const fs::path& scratch) {
  std::error_code ignored;
  for (const fs::path& part : fs::directory_iterator(scratch, ignored)) (void)remove_tree(part);
}

Result<std::unique_ptr<Workspace>> prepare(const Lab& lab, const LabSubmission& submission,
                                           const Context& context) {
  auto emulator = vm::Emulator::find();
  if (!emulator) return std::unexpected(emulator.error());
  context.progress("building");
  const bool whole = variant_of(lab, submission.directory) == whole_tree;
  KnownGood known_good([&] { return build_reference(lab, context); });
  auto built = build_with_control(
      [&] {
        clear(context.scratch);
        return whole ? build_tree(lab, submission, context) : build_kernel(lab, submission, context);
      },
      known_good, context.scratch);
  if (!built) return std::unexpected(built.error());
  return std::make_unique<KernelWorkspace>(lab, submission.directory, context, std::move(*built),
                                           std::move(*emulator));
}

Status write_data(const Lab&, const std::string&, const fs::path&) {
  return {};
}

}  // namespace

Collector riscv_kernel_collector() {
  return {.spec = riscv_kernel_spec(),
          .prepare = prepare,
          .write_data = write_data,
          .variant = variant_of,
          .misfit = misfit};
}

}  // namespace memgrade::collect
