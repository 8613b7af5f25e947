// The workspace of the collector `linux_module`.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/control.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/linux_module/build.hpp>
#include <harness/collect/linux_module/evidence.hpp>
#include <harness/collect/linux_module/source.hpp>
#include <harness/collect/linux_module/steps.hpp>
#include <harness/collect/linux_module/symbolize.hpp>
#include <harness/collect/linux_module/workspace.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/vm/linux/guest.hpp>
#include <optional>
#include <utility>

namespace memgrade::collect {
namespace {

using Programs = std::map<std::string, std::string>;

class ModuleWorkspace : public Workspace {
 public:
  ModuleWorkspace(const Lab& lab, ModuleSettings settings, const Context& context, ModuleSource source,
                  vm::LinuxGuest guest)
      : lab_(lab),
        settings_(std::move(settings)),
        context_(context),
        source_(std::move(source)),
        guest_(std::move(guest)) {}

  Status build(const LabSubmission& submission, const vm::LinuxKernel& kernel, const fs::path& cache);
  Result<Evidence> collect(const Task& task) override;
  std::vector<std::string> notes() const override { return notes_; }
  Json machine() const override {
    return {{"kernel", guest_.release()}, {"accelerator", guest_.accelerator()}};
  }
  Status write_inputs(const Task& task, const Evidence& evidence, const fs::path& run,
                      const fs::path& directory) const override;
  Result<std::string> open_shell(const vm::Terminal& terminal) override;
  void note(std::string text) { notes_.push_back(std::move(text)); }

 private:
  Result<std::vector<Step>> steps_of(const Json& guest) const;
  // The steps of each guest of a task as a script for its shell: guest -> text.
  Result<std::map<std::string, std::string>> scripts_of(const Task& task) const;
  Result<std::vector<vm::GuestFile>> files() const;
  Status run_guest(const Json& guest, Evidence& evidence) const;
  [[nodiscard]] std::string by_hand(const std::string& task) const;

  const Lab& lab_;
  ModuleSettings settings_;
  const Context& context_;
  ModuleSource source_;
  vm::LinuxGuest guest_;
  BuiltModule module_;
  Programs programs_;
  std::string kernel_;  // as --kernel takes it
  std::vector<std::string> notes_;
};

// The lab's reference solution, which is known to be good; what failed, "" when nothing did.
Result<std::string> build_reference(const Lab& lab, const ModuleSettings& settings,
                                    const vm::LinuxKernel& kernel, const Symbols& symbols,
                                    const Context& context) {
  Context apart = context;
  apart.scratch = context.scratch / "known-good";
  const LabSubmission reference{&lab, context.root / lab.starter.value("from", settings.folder)};
  const auto source = find_module_source(settings, reference);
  if (!source) return std::unexpected(source.error());
  const auto built = build_module(settings, reference, *source, kernel, symbols, apart);
  if (!built) return std::unexpected(built.error());
  return trouble_of(built->record);
}

std::string note_on_damage(const std::string& series, const std::vector<std::string>& damaged) {
  return fmt::format("the files of kernel {} were damaged and were unpacked anew: {}{}", series,
                     printable(damaged.front()),
                     damaged.size() > 1 ? fmt::format(", and {} more", damaged.size() - 1) : "");
}

Status ModuleWorkspace::build(const LabSubmission& submission, const vm::LinuxKernel& kernel,
                              const fs::path& cache) {
  kernel_ = context_.kernel.value_or(kernel.series);
  context_.progress("building");
  const Symbols symbols = [this](std::string_view name) { return guest_.symbol(name); };
  KnownGood known_good([&] { return build_reference(lab_, settings_, kernel, symbols, context_); });
  const auto attempt = [&] {
    return build_module(settings_, submission, source_, kernel, symbols, context_);
  };
  std::optional<Result<BuiltModule>> first = attempt();
  if (*first && !(*first)->record.succeeded && !(*first)->record.steps.empty()) {
    const auto mended = vm::LinuxKernels(cache).mend(kernel, context_.progress, context_.stop);
    if (!mended) return std::unexpected(mended.error());
    if (!mended->empty()) {
      notes_.push_back(note_on_damage(kernel.series, *mended));
      first.reset();
    }
  }
  auto module = build_with_control([&] { return first ? *std::exchange(first, std::nullopt) : attempt(); },
                                   known_good, context_.scratch);
  if (!module) return std::unexpected(module.error());
  module_ = std::move(*module);
  const std::vector<std::string>* const more[] = {&source_.notes, &module_.notes, &source_.missing,
                                                  &guest_.notes()};
  for (const auto* notes : more) notes_.insert(notes_.end(), notes->begin(), notes->end());
  if (!source_.variant.note.empty()) notes_.push_back(source_.variant.note);
  notes_.push_back(fmt::format("kernel {} ({})", kernel.release, guest_.description()));
  if (module_.object.empty()) return {};
  auto programs = build_programs(settings_, cache, context_);
  if (!programs) return std::unexpected(programs.error());
  programs_ = std::move(*programs);
  return {};
}

Result<std::vector<Step>> ModuleWorkspace::steps_of(const Json& guest) const {
  return expand_steps(texts(guest.at("steps")), settings_.scripts, settings_.values_for(source_.variant));
}

Result<std::vector<vm::GuestFile>> ModuleWorkspace::files() const {
  auto object = read_untrusted(module_.object, 64U << 20);
  if (!object) return std::unexpected(object.error());
  std::vector<vm::GuestFile> files = {{module_.object.filename().string(), std::move(object->bytes), false}};
  for (const auto& [name, bytes] : programs_) files.push_back({name, bytes, true});
  return files;
}

// Nothing less does the same: a module is built against a kernel's headers with the case's edits, and driven
// in a guest.
std::string ModuleWorkspace::by_hand(const std::string& task) const {
  return fmt::format("grade --student . --lab {}/{} --kernel {}", lab_.name, task, shell_quote(kernel_));
}

Status ModuleWorkspace::run_guest(const Json& guest, Evidence& evidence) const {
  const auto name = guest.at("guest").get<std::string>();
  const auto steps = steps_of(guest);
  if (!steps) return std::unexpected(steps.error());
  auto job_files = files();
  if (!job_files) return std::unexpected(job_files.error());
  vm::GuestJob job{encode_steps(*steps), std::move(*job_files),
                   std::strtoull(digest(name + evidence.task).substr(0, 15).c_str(), nullptr, 16)};
  auto run = guest_.run(job, settings_.job, context_.stop);
  if (!run) return std::unexpected(run.error());
  auto observed = observed_of(*run, guest_.ram(), settings_.module);
  if (!observed) return std::unexpected(observed.error());
  const auto lines = source_lines(settings_, module_, oracle::source_places(observed->crashes), context_);
  if (!lines) return std::unexpected(lines.error());
  Json crashes = oracle::crash_reports_json(observed->crashes);
  oracle::add_source_places(crashes, *lines);
  observed->oracle["troubles"] = std::move(crashes);
  observed->record.name = name;
  observed->record.command = by_hand(evidence.task);
  observed->oracle["regions"] = std::move(observed->regions);
  evidence.oracle[name] = std::move(observed->oracle);
  evidence.runs.push_back(std::move(observed->record));
  return {};
}

Result<Evidence> ModuleWorkspace::collect(const Task& task) {
  Evidence evidence;
  evidence.lab = lab_.name;
  evidence.task = task.name;
  evidence.collect_digest = collect_digest(lab_, task);
  evidence.variant = source_.variant.name;
  evidence.build = module_.record;
  for (RunRecord& step : evidence.build->steps) step.command = by_hand(task.name);
  if (!source_.file.empty()) evidence.sources[source_.file] = source_.text;
  if (module_.object.empty()) return evidence;
  for (const Json& guest : task.collect.value("guests", Json::array()))
    if (auto ran = run_guest(guest, evidence); !ran) return std::unexpected(ran.error());
  return evidence;
}

Result<std::map<std::string, std::string>> ModuleWorkspace::scripts_of(const Task& task) const {
  std::map<std::string, std::string> scripts;
  if (!task.collect.is_object()) return scripts;  // a manual task
  for (const Json& guest : task.collect.value("guests", Json::array())) {
    const auto steps = steps_of(guest);
    if (!steps) return std::unexpected(steps.error());
    scripts[guest.at("guest").get<std::string>()] = shell_script(*steps);
  }
  return scripts;
}

Status ModuleWorkspace::write_inputs(const Task& task, const Evidence&, const fs::path&,
                                     const fs::path& directory) const {
  const auto scripts = scripts_of(task);
  if (!scripts) return std::unexpected(scripts.error());
  for (const auto& [guest, script] : *scripts) {
    if (auto made = make_directories(directory / guest); !made) return made;
    if (auto written = write_file(directory / guest / "steps.sh", script); !written) return written;
  }
  return {};
}

// What every job finds, and the steps of each as a script: func1-vma.count.sh.
Result<std::string> ModuleWorkspace::open_shell(const vm::Terminal& terminal) {
  if (module_.object.empty()) {
    const auto& steps = module_.record.steps;
    const std::string said = steps.empty() ? join(source_.missing, "; ") : steps.back().err.bytes;
    return fail(ErrorKind::nothing_found, fmt::format("there is no module to load, it does not build:\n{}",
                                                      shorten(printable(said), 4000)));
  }
  auto all = files();
  if (!all) return std::unexpected(all.error());
  for (const Task& task : lab_.tasks) {
    const auto scripts = scripts_of(task);
    if (!scripts) return std::unexpected(scripts.error());
    for (const auto& [guest, script] : *scripts)
      all->push_back({fmt::format("{}.{}.sh", task.name, guest), script, true});
  }
  return guest_.shell(*all, terminal, context_.stop);
}

struct ChosenKernel {
  vm::LinuxKernel kernel;
  std::vector<std::string> notes;  // those that were preferred and could not be had
};

Result<vm::LinuxKernel> provide(const std::string& wanted, const fs::path& cache, const Context& context) {
  std::error_code ignored;
  if (wanted.find('/') != wanted.npos || fs::is_directory(wanted, ignored)) return vm::kernel_in(wanted);
  return vm::LinuxKernels(cache).provide(wanted, context.progress, context.stop);
}

Result<ChosenKernel> choose_kernel(std::vector<std::string> serving, const fs::path& cache,
                                   const Context& context) {
  ChosenKernel chosen;
  if (context.kernel) {
    if (std::ranges::find(serving, *context.kernel) == serving.end())
      chosen.notes.push_back(fmt::format("graded on kernel {}, as asked for; made for {}",
                                         printable(*context.kernel), join(serving, ", ")));
    serving = {*context.kernel};
  }
  std::string why;
  for (const std::string& series : serving) {
    auto kernel = provide(series, cache, context);
    if (kernel) {
      chosen.kernel = std::move(*kernel);
      return chosen;
    }
    if (kernel.error().kind != ErrorKind::infrastructure) return std::unexpected(kernel.error());
    why += fmt::format("{}kernel {}: {}", why.empty() ? "" : "; ", series, kernel.error().text());
    chosen.notes.push_back(fmt::format("kernel {} could not be had: {}", series, kernel.error().text()));
  }
  return fail(ErrorKind::infrastructure, why);
}

Result<std::unique_ptr<Workspace>> prepare(const Lab& lab, const LabSubmission& submission,
                                           const Context& context) {
  ModuleSettings settings = module_settings(lab.settings);
  auto source = find_module_source(settings, submission);
  if (!source) return std::unexpected(source.error());
  const auto cache = vm::cache_directory();
  if (!cache) return std::unexpected(cache.error());
  const auto chosen = choose_kernel(settings.kernels_for(source->variant), *cache, context);
  if (!chosen) return std::unexpected(chosen.error());
  auto guest =
      vm::LinuxGuest::prepare(chosen->kernel, context.sandbox, *cache, context.progress, context.stop);
  if (!guest) return std::unexpected(guest.error());
  auto workspace = std::make_unique<ModuleWorkspace>(lab, std::move(settings), context, std::move(*source),
                                                     std::move(*guest));
  for (const std::string& note : chosen->notes) workspace->note(note);
  if (auto built = workspace->build(submission, chosen->kernel, *cache); !built)
    return std::unexpected(built.error());
  return workspace;
}

// A module lab has no data sets.
Status write_data(const Lab&, const std::string&, const fs::path&) {
  return {};
}

}  // namespace

Collector linux_module_collector() {
  return {linux_module_spec(), prepare, write_data, nullptr, reads_like_the_module};
}

}  // namespace memgrade::collect
