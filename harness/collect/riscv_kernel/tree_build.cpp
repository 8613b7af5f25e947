#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/compilers.hpp>
#include <harness/collect/diagnostics.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/riscv_kernel/by_hand.hpp>
#include <harness/collect/riscv_kernel/image.hpp>
#include <harness/collect/riscv_kernel/tree_build.hpp>
#include <harness/collect/riscv_kernel/tree_stage.hpp>
#include <harness/collect/riscv_kernel/user_programs.hpp>
#include <harness/collect/riscv_kernel/workspace.hpp>
#include <harness/model/describe.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <harness/vm/riscv/machine.hpp>

namespace memgrade::collect {
namespace {

constexpr const char* kToolsInside = "/tools";
constexpr const char* kDriverInside = "/driver";
constexpr std::array kProgramPlaces = {"/usr/local/bin", "/usr/bin", "/bin"};

// The compiler of that prefix; "" when there is none.
fs::path compiler_of(const std::string& prefix) {
  for (const char* place : kProgramPlaces) {
    std::error_code ignored;
    if (fs::exists(fs::path(place) / (prefix + "gcc"), ignored)) return fs::path(place) / (prefix + "gcc");
  }
  return {};
}

// The first toolchain that is there, by its prefix; "" when none is.
std::string installed_toolchain(const std::vector<std::string>& prefixes) {
  const auto found =
      std::ranges::find_if(prefixes, [](const std::string& prefix) { return !compiler_of(prefix).empty(); });
  return found == prefixes.end() ? std::string() : *found;
}

class TreeBuilder {
 public:
  TreeBuilder(const Lab& lab, const LabSubmission& submission, const Context& context)
      : settings_(lab.settings.at("whole_trees")),
        limits_(limits_from(lab.settings.at("limits").at("build"))),
        memory_bytes_(lab.settings.value("memory", std::uint64_t{128} << 20)),
        driver_(lab.settings.value("driver", "driver")),
        submission_(submission),
        context_(context) {}

  Result<BuiltKernel> run();

 private:
  using Mounts = std::vector<exec::Mount>;
  [[nodiscard]] fs::path place(const std::string& name) const { return context_.scratch / name; }
  [[nodiscard]] std::string seen_as(const char* inside, const fs::path& host) const {
    return context_.sandbox.confines() ? inside : host.string();
  }
  Status put_makefile();
  Status write_tools();
  Status write_tool(const std::string& name, const std::string& script);
  Result<RunRecord> make(const std::string& name, const Json& command, const fs::path& tree, Mounts mounts);
  Result<fs::path> fresh_copy(const std::string& image);
  Result<bool> build_image(const std::string& image, const Json& how);
  Result<std::string> link_driver(const Json& how);
  std::string keep_image(const std::string& image, const std::string& file, const KernelImage& kernel);
  [[nodiscard]] std::string by_hand(const std::string& image, const std::vector<std::string>& programs,
                                    const std::string& build) const;
  void remember(RunRecord step);
  void take_kernel_for(const std::string& image);

  const Json& settings_;
  exec::Limits limits_;
  std::uint64_t memory_bytes_;
  std::string driver_;
  const LabSubmission& submission_;
  const Context& context_;
  std::string toolchain_;
  BuiltKernel built_;
  std::vector<std::string> by_hand_;  // what was done to the tree before it was built, as commands
  bool lacks_target_ = false;         // the last build failed because its Makefile knows no such target
};

// A tree may be handed in without what the course gave.
Status TreeBuilder::put_makefile() {
  const std::string ours = settings_.value("makefile", "");
  std::error_code ignored;
  for (const char* name : {"Makefile", "makefile", "GNUmakefile"})
    if (fs::exists(place("tree") / name, ignored)) return {};
  if (ours.empty()) return {};
  const auto text = read_file(context_.root / ours);
  if (!text) return std::unexpected(text.error());
  built_.notes.push_back("there is no Makefile at the top of the tree: ours was put in (" + ours + ")");
  by_hand_.push_back("cp " + in_memgrade(ours) + " Makefile");
  return write_file(place("tree") / "Makefile", *text);
}

// Some Makefiles start the emulator when they have built something; nobody waits for that here. And the
// compiler is called by a script that makes no GCC stricter with C than GCC 12 is.
Status TreeBuilder::write_tools() {
  if (auto made = make_directories(place("tools")); !made) return made;
  const fs::path compiler = compiler_of(toolchain_);
  const int version = gcc_version(compiler);
  if (const std::string note = note_on_c(version); !note.empty()) {
    built_.notes.push_back(note);
    if (auto written = write_tool(toolchain_ + "gcc", compiler_wrapper(compiler, version, {})); !written)
      return written;
  }
  return write_tool(vm::riscv_emulator.program,
                    "#!/bin/sh\necho 'memgrade: machines are not started while building' >&2\n");
}

Status TreeBuilder::write_tool(const std::string& name, const std::string& script) {
  const fs::path tool = place("tools") / name;
  if (auto written = write_file(tool, script); !written) return written;
  std::error_code error;
  fs::permissions(tool, fs::perms(0755), error);
  if (error) return fail(ErrorKind::io, "cannot make it executable: " + error.message(), tool.string());
  return {};
}

Result<RunRecord> TreeBuilder::make(const std::string& name, const Json& command, const fs::path& tree,
                                    Mounts mounts) {
  const auto filled = fill(command, {{"toolchain", toolchain_},
                                     {"submission", seen_as(kTreeInside, tree)},
                                     {"driver", seen_as(kDriverInside, place("driver"))}});
  if (!filled) return std::unexpected(filled.error());
  mounts.push_back({place("tools"), kToolsInside, false});
  exec::Confined confined;
  confined.argv = texts(*filled);
  confined.directory = mounts.front().inside;
  const std::string first = seen_as(kToolsInside, place("tools"));
  confined.environment = {{"PATH", first + ":/usr/local/bin:/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}};
  confined.mounts = std::move(mounts);
  confined.address_space_limit = false;
  auto outcome = context_.sandbox.run(confined, limits_, context_.stop);
  if (!outcome) return std::unexpected(outcome.error());
  return to_record(name, shell_command(confined.argv), std::move(*outcome));
}

void TreeBuilder::remember(RunRecord step) {
  for (const Stream* stream : {&step.err, &step.out})
    for (Diagnostic& found : parse_diagnostics(stream->bytes, kTreeInside))
      built_.record.diagnostics.push_back(std::move(found));
  locate_files(built_.record.diagnostics, place("tree"));
  built_.record.steps.push_back(std::move(step));
}

Result<fs::path> TreeBuilder::fresh_copy(const std::string& image) {
  const fs::path copy = place("tree-" + image);
  if (auto copied = copy_tree(place("tree"), copy); !copied) return std::unexpected(copied.error());
  return copy;
}

// Where nothing that the student left running could change it; nothing is.
std::string TreeBuilder::keep_image(const std::string& image, const std::string& file,
                                    const KernelImage& kernel) {
  const fs::path kept = place("image-" + image);
  if (auto written = write_file(kept, kernel.bytes); !written) return written.error().text();
  built_.images[image] = kept;
  if (built_.kernel_image.empty()) built_.kernel_image = image;
  built_.commands[image] = fmt::format(
      "qemu-system-riscv64 -M virt -cpu {} -m {}M -nographic -bios none "
      "-device loader,file={}",
      built_.recipe.cpu, memory_bytes_ >> 20U, shell_quote(file));
  built_.record.programs.push_back(image == file ? file : fmt::format("{} ({})", file, image));
  return {};
}

// A tree without a target of its own for an image is no worse for that: what the kernel prints says the same.
void TreeBuilder::take_kernel_for(const std::string& image) {
  const std::string& kernel = built_.kernel_image;
  built_.notes.push_back(
      fmt::format("the Makefile has no target '{}': the kernel itself is booted in its place", image));
  built_.record.tried.clear();
  built_.images[image] = built_.images.at(kernel);
  built_.commands[image] = built_.commands.at(kernel);
}

// How an image is made by hand: a line for what all images share, and a line for this one.
std::string TreeBuilder::by_hand(const std::string& image, const std::vector<std::string>& programs,
                                 const std::string& build) const {
  std::vector<std::string> shared = {into_a_copy},
                           own = {fmt::format(R"(cp -r "$t" "$t-{0}" && cd "$t-{0}")", image)};
  shared.insert(shared.end(), by_hand_.begin(), by_hand_.end());
  own.insert(own.end(), programs.begin(), programs.end());
  own.push_back(build);
  return join(shared, " && ") + "\n" + join(own, " && ");
}

// False when there is none to boot; the build's record says why.
Result<bool> TreeBuilder::build_image(const std::string& image, const Json& how) {
  const auto tree = fresh_copy(image);
  if (!tree) return std::unexpected(tree.error());
  const auto replaced = replace_user_programs(*tree, how, context_.root);
  if (!replaced) return std::unexpected(replaced.error());
  auto step = make(image, how.at("build"), *tree, {{*tree, kTreeInside, true}});
  if (!step) return std::unexpected(step.error());
  const bool well = went_well(*step);
  lacks_target_ = step->err.bytes.find("No rule to make target '" + image + "'") != std::string::npos;
  const std::string termination = describe_termination(*step), command = step->command;
  const std::string made_by_hand = step->command = by_hand(image, *replaced, command);
  remember(std::move(*step));
  const std::string file = how.value("file", "");
  const auto kernel =
      read_kernel_image(*tree, file, {.memory_bytes = memory_bytes_, .begins_at = vm::ram_start});
  // A Makefile may fail after it has made the kernel, with a tool that only its author has.
  if (!kernel) {
    built_.record.tried.push_back(well ? kernel.error() : fmt::format("{}: {}", command, termination));
    return false;
  }
  if (!well) built_.notes.push_back(fmt::format("{} {}, but made {}", command, termination, file));
  if (const std::string trouble = keep_image(image, file, *kernel); !trouble.empty())
    return fail(ErrorKind::io, trouble);
  built_.commands[image] = made_by_hand + " && " + built_.commands[image];
  if (how.contains("last_line")) built_.last_lines[image] = how.at("last_line").get<std::string>();
  return true;
}

// What the linker missed, or how it ended.
std::string why_not_linked(const RunRecord& step) {
  for (const std::string_view line : split_lines(step.err.bytes)) {
    const std::size_t at = line.find("undefined reference to");
    if (at != line.npos) return printable(shorten(line.substr(at), 120));
  }
  return describe_termination(step);
}

// Why the driver is not in the tree; "" when it is.
Result<std::string> TreeBuilder::link_driver(const Json& how) {
  const fs::path sources = context_.root / how.value("tree", "");
  if (auto copied = copy_tree(sources, place("driver")); !copied) return std::unexpected(copied.error());
  (void)remove_tree(place("driver") / "build");  // of whoever works in our tree
  auto compiled =
      make("driver", how.at("compile"), place("driver"), {{place("driver"), kDriverInside, true}});
  if (!compiled) return std::unexpected(compiled.error());
  if (!went_well(*compiled))
    return fail(ErrorKind::infrastructure,
                fmt::format("our own driver does not compile: {} {}: {}", compiled->command,
                            describe_termination(*compiled), shorten(printable(compiled->err.bytes), 300)));
  const auto tree = fresh_copy(driver_);
  if (!tree) return std::unexpected(tree.error());
  auto step = make("driver", how.at("link"), *tree,
                   {{*tree, kTreeInside, true}, {place("driver"), kDriverInside, false}});
  if (!step) return std::unexpected(step.error());
  if (!went_well(*step)) return "the driver cannot be linked into this tree: " + why_not_linked(*step);
  const std::string file = how.value("file", "");
  const auto kernel =
      read_kernel_image(*tree, file, {.memory_bytes = memory_bytes_, .begins_at = vm::ram_start});
  if (!kernel) return "with the driver, " + kernel.error();
  const ElfSymbol* entry = kernel->elf.find(how.value("entry", ""));
  if (entry == nullptr || entry->value != kernel->elf.entry)
    return "the tree's Makefile links in a way of its own, which leaves the driver out";
  for (const char* needed : {"slub_init", "kmalloc", "kfree"})
    if (kernel->elf.find(needed) == nullptr && built_.kmalloc_inconclusive.empty())
      built_.kmalloc_inconclusive = fmt::format("the tree has no function {}", needed);
  const std::string trouble = keep_image(driver_, file, *kernel);
  if (!trouble.empty()) return fail(ErrorKind::io, trouble);
  return std::string();
}

Result<BuiltKernel> TreeBuilder::run() {
  built_.variant = whole_tree;
  built_.record.recipe = "make";
  built_.recipe = {.cpu = settings_.value("cpu", "rv64"), .bare = true, .watch = settings_};
  built_.keep_first_page = settings_.value("keep_first_page", false);
  const std::vector<std::string> toolchains = texts(settings_.at("toolchains"));
  toolchain_ = installed_toolchain(toolchains);
  if (toolchain_.empty())
    return fail(ErrorKind::infrastructure,
                fmt::format("no RISC-V compiler is installed: {}gcc; 'apt install gcc-riscv64-linux-gnu' "
                            "brings one",
                            join(toolchains, "gcc, ")));
  auto staged = stage_tree(submission_.directory, place("tree"), settings_, toolchain_);
  if (!staged) return std::unexpected(staged.error());
  built_.notes.push_back("a whole tree, built with its own Makefile and " + toolchain_ + "gcc");
  std::ranges::move(staged->notes, std::back_inserter(built_.notes));
  by_hand_ = std::move(staged->commands);
  if (const std::string why = settings_.value("cpu_why", ""); !why.empty())
    built_.notes.push_back(fmt::format("machine: QEMU's CPU is {} ({})", built_.recipe.cpu, trim(why)));
  if (auto put = put_makefile(); !put) return std::unexpected(put.error());
  if (auto written = write_tools(); !written) return std::unexpected(written.error());
  for (const auto& [image, how] : settings_.at("images").items()) {
    const auto made = build_image(image, how);
    if (!made) return std::unexpected(made.error());
    if (*made) continue;
    // The first is the kernel itself.
    if (built_.images.empty()) return std::move(built_);
    if (lacks_target_) take_kernel_for(image);
  }
  built_.record.succeeded = true;
  if (!settings_.contains("driver")) return std::move(built_);
  auto inconclusive = link_driver(settings_.at("driver"));
  if (!inconclusive) return std::unexpected(inconclusive.error());
  built_.driver_inconclusive = std::move(*inconclusive);
  return std::move(built_);
}

}  // namespace

Result<BuiltKernel> build_tree(const Lab& lab, const LabSubmission& submission, const Context& context) {
  return TreeBuilder(lab, submission, context).run();
}

}  // namespace memgrade::collect
