#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/compilers.hpp>
#include <harness/collect/diagnostics.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/linux_module/build.hpp>
#include <harness/collect/protected_files.hpp>

namespace memgrade::collect {
namespace {

constexpr const char* kFolderInside = "/submission";
constexpr const char* kKernelInside = "/kernel";

Result<RunRecord> run_step(const ModuleSettings& settings, const Context& context, std::string name,
                           std::vector<std::string> argv, std::vector<exec::Mount> mounts) {
  exec::Confined confined;
  confined.argv = std::move(argv);
  confined.directory = context.sandbox.confines() ? fs::path(kFolderInside) : mounts.front().host;
  confined.mounts = std::move(mounts);
  confined.environment = {{"LC_ALL", "C.UTF-8"}};
  confined.address_space_limit = false;  // a compiler maps far more than it uses
  const std::string command = shell_command(confined.argv);
  auto outcome = context.sandbox.run(confined, settings.build, context.stop);
  if (!outcome) return std::unexpected(outcome.error());
  return to_record(std::move(name), command, std::move(*outcome));
}

// The folder to build in: ours, or for a shape with a Kbuild of its own that and nothing else.
Status stage(const ModuleSettings& settings, const LabSubmission& submission, const ModuleSource& source,
             const fs::path& root, BuiltModule& built) {
  const fs::path& folder = built.folder;
  (void)remove_tree(folder);
  if (source.variant.kbuild) {
    if (auto made = make_directories(folder); !made) return made;
    return write_file(folder / "Kbuild", *source.variant.kbuild);
  }
  const auto skipped = copy_tree(root / settings.folder, folder);
  if (!skipped) return std::unexpected(skipped.error());
  built.notes = notes_on_protected_files(submission.directory, folder, {source.file});
  return {};
}

// Values for {symbol:NAME}, of the names that the edits use.
void add_symbols(const std::vector<Edit>& edits, const Symbols& symbols, Json& values) {
  static const RE2 use(R"(\{symbol:([A-Za-z0-9_.]+)\})");
  for (const Edit& edit : edits) {
    std::string_view rest = edit.replacement;
    re2::StringPiece input(rest.data(), rest.size());
    std::string name;
    while (RE2::FindAndConsume(&input, use, &name))
      if (const auto address = symbols(name)) values["symbol:" + name] = fmt::format("0x{:x}", *address);
  }
}

// The student's file with the shape's edits, under the name that the Kbuild expects.
Status put_source(const ModuleSettings& settings, const ModuleSource& source, const std::string& series,
                  const Symbols& symbols, BuiltModule& built) {
  const std::vector<Edit> edits = source.variant.edits_for(series);
  Json values = settings.values_for(source.variant);
  add_symbols(edits, symbols, values);
  auto edited = apply_edits(source.text, edits, values);
  if (!edited) return std::unexpected(edited.error());
  for (const EditMade& edit : edited->made)
    built.notes.push_back(describe_edit(printable(source.file), edit));
  built.source = std::move(edited->text);
  return write_file(built.folder / settings.student, built.source);
}

}  // namespace

Result<BuiltModule> build_module(const ModuleSettings& settings, const LabSubmission& submission,
                                 const ModuleSource& source, const vm::LinuxKernel& kernel,
                                 const Symbols& symbols, const Context& context) {
  BuiltModule built;
  built.record.recipe = "kbuild";
  built.record.tried = source.missing;
  if (!source.missing.empty()) return built;
  built.folder = context.scratch / "module";
  if (auto staged = stage(settings, submission, source, context.root, built); !staged)
    return std::unexpected(staged.error());
  if (auto put = put_source(settings, source, kernel.series, symbols, built); !put)
    return std::unexpected(put.error());
  // Named, because Debian's 5.10 asks for a compiler that newer releases do not have.
  const std::string compiler = module_compiler();
  if (compiler != "gcc-12") built.notes.push_back("built with " + compiler + "; gcc-12 is not installed");
  const bool confines = context.sandbox.confines();
  const fs::path headers =
      confines ? kKernelInside / kernel.build.lexically_relative(kernel.root) : kernel.build;
  const std::string folder = confines ? kFolderInside : built.folder.string();
  auto step = run_step(settings, context, "build",
                       {"make", "-C", headers.string(), "M=" + folder, "CC=" + compiler, "modules"},
                       {{built.folder, kFolderInside, true}, {kernel.root, kKernelInside, false}});
  if (!step) return std::unexpected(step.error());
  built.record.diagnostics = parse_diagnostics(step->err.bytes, folder);
  const std::string module = settings.module + ".ko";
  std::error_code ignored;
  const bool there = fs::is_regular_file(fs::symlink_status(built.folder / module, ignored));
  built.record.succeeded = went_well(*step) && there;
  if (built.record.succeeded) {
    built.object = built.folder / module;
    built.record.programs = {module};
  } else if (went_well(*step)) {
    built.record.tried.push_back("the build made no " + module);
  }
  built.record.steps.push_back(std::move(*step));
  return built;
}

namespace {

// What a program is made of: every file of its folder, the command, and the compiler.
Result<std::string> program_digest(const fs::path& folder, const std::vector<std::string>& argv) {
  const auto files = list_files(folder);
  if (!files) return std::unexpected(files.error());
  std::string all = join(argv, " ");
  for (const fs::path& file : *files) {
    const auto bytes = read_file(folder / file);
    if (!bytes) return std::unexpected(bytes.error());
    all += file.string() + digest(*bytes);
  }
  std::error_code error;
  const fs::path compiler = fs::canonical(fs::path("/usr/bin") / argv.front(), error);
  const auto bytes = error
                         ? Result<std::string>(fail(ErrorKind::infrastructure, argv.front() + " is missing"))
                         : read_file(compiler);
  if (!bytes) return std::unexpected(bytes.error());
  return digest(all + digest(*bytes));
}

Result<std::string> build_program(const ModuleSettings& settings, const std::string& name,
                                  std::vector<std::string> argv, const fs::path& folder,
                                  const Context& context) {
  argv.insert(argv.end(), {"-o", name});
  const auto step = run_step(settings, context, name, argv, {{folder, kFolderInside, true}});
  if (!step) return std::unexpected(step.error());
  if (!went_well(*step))
    return fail(
        ErrorKind::infrastructure,
        fmt::format("our program {} does not build: {}", name, shorten(printable(step->err.bytes), 400)),
        shell_command(argv));
  auto part = read_untrusted(folder, name, 64U << 20);
  if (!part) return std::unexpected(part.error());
  return std::move(part->bytes);
}

}  // namespace

Result<std::map<std::string, std::string>> build_programs(const ModuleSettings& settings,
                                                          const fs::path& cache, const Context& context) {
  std::map<std::string, std::string> programs;
  if (settings.programs.empty()) return programs;
  const fs::path ours = context.root / settings.folder;
  const fs::path folder = context.scratch / "programs";
  const auto skipped = copy_tree(ours, folder);
  if (!skipped) return std::unexpected(skipped.error());
  for (const auto& [name, argv] : settings.programs) {
    const auto key = program_digest(ours, argv);
    if (!key) return std::unexpected(key.error());
    const fs::path kept = cache / "programs" / fmt::format("{}-{}", name, *key);
    if (auto bytes = read_file(kept)) {
      programs.emplace(name, std::move(*bytes));
      continue;
    }
    auto bytes = build_program(settings, name, argv, folder, context);
    if (!bytes) return std::unexpected(bytes.error());
    // A cache that cannot be written costs time and nothing else.
    if (make_directories(kept.parent_path())) (void)write_file(kept, *bytes);
    programs.emplace(name, std::move(*bytes));
  }
  return programs;
}

}  // namespace memgrade::collect
