#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/compilers.hpp>
#include <harness/collect/diagnostics.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/program/build.hpp>
#include <harness/collect/program/recognise.hpp>
#include <harness/collect/program/told_call.hpp>
#include <set>

namespace memgrade::collect {
namespace {

constexpr const char* kWrappersInside = "/compilers";
constexpr std::size_t kMostSourceName = 240;  // of 255 bytes that a name may have

// An executable for this kind of machine or any ELF file at all.
enum class Binary { no, elf, executable };

Binary kind_of_binary(const fs::path& path) {
  const auto head = read_untrusted(path, 20);
  if (!head || head->bytes.size() < 18) return Binary::no;
  if (head->bytes.starts_with("!<arch>\n")) return Binary::elf;
  if (!head->bytes.starts_with("\x7f"
                               "ELF"))
    return Binary::no;
  const int type = static_cast<unsigned char>(head->bytes[16]);  // e_type: 2 is ET_EXEC, 3 is ET_DYN
  std::error_code ignored;
  const bool runs = (fs::status(path, ignored).permissions() & fs::perms::owner_exec) != fs::perms::none;
  return runs && (type == 2 || type == 3) ? Binary::executable : Binary::elf;
}

// A file's name that no compiler takes for an option.
std::string as_argument(const std::string& name) {
  return name.starts_with('-') ? "./" + name : name;
}

// "vm.c.o", from which the program's name comes. A name that leaves no room for endings gets a short one.
std::string object_of(const fs::path& source) {
  const std::string name = source.filename().string();
  const std::string stem = name.size() > kMostSourceName ? digest(name).substr(0, 16) + ".c" : name;
  return (source.parent_path() / (stem + ".o")).string();
}

// Everything that a build of one submission needs to know.
class Builder {
 public:
  Builder(const Lab& lab, const ProgramSettings& settings, const Context& context, fs::path root,
          fs::path wrappers)
      : lab_(lab),
        settings_(settings),
        context_(context),
        root_(std::move(root)),
        wrappers_(std::move(wrappers)) {}

  Status stage(const fs::path& from, std::vector<std::string>& left_out, std::vector<std::string>& notes);
  Status write_wrappers(const std::vector<std::string>& extra_flags);
  Status follow(const std::vector<Instruction>& told, Built& built);
  Status try_recipes(Built& built);
  Status add_programs(Built& built);
  Result<std::vector<std::string>> executables() const;

 private:
  void take_texts_for_sources(const std::vector<fs::path>& files, std::vector<std::string>& notes) const;
  void note_no_source(const fs::path& file, std::vector<std::string>& notes) const;
  Result<bool> applies(const BuildRecipe& recipe) const;
  Status run_recipe(const BuildRecipe& recipe, BuildRecord& record);
  Status compile_sources(const BuildRecipe& recipe, BuildRecord& record);
  Result<std::vector<std::string>> compile(const BuildRecipe& recipe, BuildRecord& record);
  Result<std::set<std::string>> objects_with_main(const std::vector<std::string>& objects,
                                                  BuildRecord& record);
  Status link(const BuildRecipe& recipe, const std::string& object, const std::vector<std::string>& shared,
              BuildRecord& record);
  Result<const RunRecord*> step(std::vector<std::string> argv, BuildRecord& record);
  [[nodiscard]] std::string root_seen_by_compiler() const {
    return context_.sandbox.confines() ? kBuildInside : root_.string();
  }

  const Lab& lab_;
  const ProgramSettings& settings_;
  const Context& context_;
  fs::path root_, wrappers_;
};

// vm.c.txt is vm.c, and vm.txt too when it reads like the lab's program, where no such source is there.
void Builder::take_texts_for_sources(const std::vector<fs::path>& files,
                                     std::vector<std::string>& notes) const {
  for (const fs::path& file : files) {
    if (!is_text(file)) continue;
    fs::path source = file;
    source.replace_extension();
    if (!is_c_source(source)) {
      if (!reads_like_a_program_of(lab_, root_, file)) continue;
      source.replace_extension(".c");
    }
    std::error_code error;
    if (fs::exists(root_ / source, error)) continue;
    fs::rename(root_ / file, root_ / source, error);
    if (!error) notes.push_back(fmt::format("{} is taken for {}", file.string(), source.string()));
  }
}

// The compiler's words on such a file tell nobody what is wrong with it.
void Builder::note_no_source(const fs::path& file, std::vector<std::string>& notes) const {
  const auto head = read_untrusted(root_, file, 64);
  if (const std::string why = head ? why_no_source(head->bytes) : ""; !why.empty())
    notes.push_back(fmt::format("{}: {}", file.string(), why));
}

Status Builder::stage(const fs::path& from, std::vector<std::string>& left_out,
                      std::vector<std::string>& notes) {
  auto skipped = copy_work(from, root_);
  if (!skipped) return std::unexpected(skipped.error());
  left_out = std::move(*skipped);
  const auto files = list_files(root_);
  if (!files) return std::unexpected(files.error());
  take_texts_for_sources(*files, notes);
  for (const fs::path& file : *files) {
    if (is_c_source(file)) note_no_source(file, notes);
    if (!file_matches(lab_.ignore, file.string())) continue;
    left_out.push_back(file.string() + ": ours is used");
    if (auto removed = remove_tree(root_ / file); !removed) return removed;
  }
  return {};
}

// Scripts named like the compilers stand first in PATH and add our flags, so that they reach the compiler
// whatever a Makefile does with CC and CFLAGS.
Status Builder::write_wrappers(const std::vector<std::string>& extra_flags) {
  if (auto made = make_directories(wrappers_); !made) return made;
  for (const char* tool : {"cc", "gcc", "g++", "c++", "clang", "clang++", "gcc-12", "g++-12"}) {
    const fs::path real = fs::path("/usr/bin") / tool;
    std::error_code error;
    if (!fs::exists(real, error)) continue;
    const std::string script = compiler_wrapper(real, gcc_version(real), extra_flags);
    if (auto written = write_file(wrappers_ / tool, script); !written) return written;
    fs::permissions(wrappers_ / tool, fs::perms(0755), error);
    if (error)
      return fail(ErrorKind::io, "cannot make it executable: " + error.message(),
                  (wrappers_ / tool).string());
  }
  return {};
}

Result<bool> Builder::applies(const BuildRecipe& recipe) const {
  const auto files = list_files(root_);
  if (!files) return std::unexpected(files.error());
  return (recipe.needs.empty() || any_path_matches(recipe.needs, *files)) &&
         (recipe.sources.empty() || any_path_matches(recipe.sources, *files));
}

Result<const RunRecord*> Builder::step(std::vector<std::string> argv, BuildRecord& record) {
  exec::Confined confined;
  confined.argv = argv;
  confined.directory = root_seen_by_compiler();
  confined.mounts = {{root_, kBuildInside, true}, {wrappers_, kWrappersInside, false}};
  const std::string first = context_.sandbox.confines() ? kWrappersInside : wrappers_.string();
  confined.environment = {{"PATH", first + ":/usr/local/bin:/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}};
  // A compiler maps far more than it uses.
  confined.address_space_limit = false;
  auto outcome = context_.sandbox.run(confined, settings_.build_limits, context_.stop);
  if (!outcome) return std::unexpected(outcome.error());
  record.steps.push_back(
      to_record(fmt::format("build-{}", record.steps.size() + 1), shell_command(argv), std::move(*outcome)));
  const RunRecord& made = record.steps.back();
  for (const Stream* stream : {&made.err, &made.out})
    for (Diagnostic& found : parse_diagnostics(stream->bytes, root_seen_by_compiler()))
      record.diagnostics.push_back(std::move(found));
  locate_files(record.diagnostics, root_);
  return &record.steps.back();
}

// The objects of the recipe's sources that compile. One broken file among several programs must not hide the
// others.
Result<std::vector<std::string>> Builder::compile(const BuildRecipe& recipe, BuildRecord& record) {
  const auto files = list_files(root_);
  if (!files) return std::unexpected(files.error());
  std::vector<std::string> objects;
  std::size_t sources = 0;
  for (const fs::path& file : *files) {
    if (!path_matches(recipe.sources, file)) continue;
    if (++sources > kMostSources) {
      record.tried.push_back(fmt::format("only the first {} sources were compiled", kMostSources));
      break;
    }
    std::vector<std::string> argv = recipe.compiler;
    const std::string object = object_of(file);
    argv.insert(argv.end(),
                {"-c", "-I.", "-Iinclude", "-Isrc", as_argument(file.string()), "-o", as_argument(object)});
    auto compiled = step(std::move(argv), record);
    if (!compiled) return std::unexpected(compiled.error());
    if (went_well(**compiled)) objects.push_back(object);
  }
  return objects;
}

Result<std::set<std::string>> Builder::objects_with_main(const std::vector<std::string>& objects,
                                                         BuildRecord& record) {
  std::set<std::string> mains;
  if (objects.empty()) return mains;
  std::vector<std::string> argv = {"nm", "-A", "-g", "--defined-only"};
  for (const std::string& object : objects) argv.push_back(as_argument(object));
  auto symbols = step(std::move(argv), record);
  if (!symbols) return std::unexpected(symbols.error());
  // "vm.c.o:0000000000000000 T main"
  for (const std::string_view line : split_lines((*symbols)->out.bytes))
    for (const std::string& object : objects)
      if (line.starts_with(as_argument(object) + ":") && line.ends_with(" T main")) mains.insert(object);
  return mains;
}

// One program: with all that hold no main, or by itself where these do not go together.
Status Builder::link(const BuildRecipe& recipe, const std::string& object,
                     const std::vector<std::string>& shared, BuildRecord& record) {
  const std::string name = fs::path(object).stem().stem().string();
  std::error_code ignored;
  if (fs::exists(root_ / name, ignored)) return {};
  std::vector<std::string> together = {recipe.compiler.empty() ? "cc" : recipe.compiler.front(), "-o",
                                       as_argument(name + ".program"), as_argument(object)};
  std::vector<std::string> alone = together;
  for (const std::string& other : shared) together.push_back(as_argument(other));
  for (std::vector<std::string>* argv : {&together, &alone}) {
    argv->insert(argv->end(), recipe.libraries.begin(), recipe.libraries.end());
    if (argv == &alone && shared.empty()) break;
    auto linked = step(*argv, record);
    if (!linked) return std::unexpected(linked.error());
    if (!went_well(**linked)) continue;
    fs::rename(root_ / (name + ".program"), root_ / name, ignored);
    break;
  }
  return {};
}

// Compiles every source to an object, asks nm which of them hold a main, and links each of those with the
// others.
Status Builder::compile_sources(const BuildRecipe& recipe, BuildRecord& record) {
  const auto objects = compile(recipe, record);
  if (!objects) return std::unexpected(objects.error());
  const auto mains = objects_with_main(*objects, record);
  if (!mains) return std::unexpected(mains.error());
  std::vector<std::string> shared;
  for (const std::string& object : *objects)
    if (!mains->contains(object)) shared.push_back(object);
  std::size_t programs = 0;
  for (const std::string& object : *mains) {
    if (++programs > kMostPrograms) {
      record.tried.push_back(fmt::format("only the first {} programs were linked", kMostPrograms));
      break;
    }
    if (auto linked = link(recipe, object, shared, record); !linked) return linked;
  }
  return {};
}

Status Builder::run_recipe(const BuildRecipe& recipe, BuildRecord& record) {
  if (!recipe.sources.empty()) return compile_sources(recipe, record);
  auto ran = step(recipe.argv, record);
  if (!ran) return std::unexpected(ran.error());
  return {};
}

// The commands that somebody wrote down, one after the other.
Status Builder::follow(const std::vector<Instruction>& told, Built& built) {
  BuildRecord record;
  for (const Instruction& instruction : told) {
    auto words = told_words(instruction);
    if (!words && !instruction.of_student) return std::unexpected(words.error());
    if (!words) {
      built.notes.push_back("not used: " + words.error().text());
      return {};
    }
    auto ran = step(std::move(*words), record);
    if (!ran) return std::unexpected(ran.error());
  }
  const auto programs = executables();
  if (!programs) return std::unexpected(programs.error());
  record.recipe = told.front().source;
  record.programs = *programs;
  record.succeeded = !programs->empty();
  if (!record.succeeded) record.tried.push_back(record.recipe + ": made no program");
  // A student's mistake here must not cost what the usual recipes can build.
  if (!record.succeeded && told.front().of_student)
    built.notes.push_back(fmt::format("not used: {}: made no program", record.recipe));
  else
    built.record = std::move(record);
  return {};
}

Status Builder::try_recipes(Built& built) {
  BuildRecord& record = built.record;
  for (const BuildRecipe& recipe : settings_.recipes) {
    const auto fits = applies(recipe);
    if (!fits) return std::unexpected(fits.error());
    if (!*fits) continue;
    BuildRecord attempt;
    if (auto ran = run_recipe(recipe, attempt); !ran) return ran;
    const auto programs = executables();
    if (!programs) return std::unexpected(programs.error());
    std::vector<std::string> tried = record.tried;
    tried.insert(tried.end(), attempt.tried.begin(), attempt.tried.end());
    // What the first recipe said is kept until another one succeeds: it is the one the student meant.
    if (!programs->empty() || record.steps.empty()) record = attempt;
    record.tried = std::move(tried);
    if (!programs->empty()) {
      record.succeeded = true;
      record.recipe = recipe.name;
      record.programs = *programs;
      return {};
    }
    const RunRecord& last = attempt.steps.empty() ? RunRecord{} : attempt.steps.back();
    record.tried.push_back(
        fmt::format("{}: {}", recipe.name, went_well(last) ? "made no program" : "failed"));
  }
  if (record.tried.empty()) record.tried.push_back("no file that a way of building needs is there");
  return {};
}

Status Builder::add_programs(Built& built) {
  for (const BuildRecipe& recipe : settings_.recipes) {
    if (recipe.sources.empty() || recipe.name == built.record.recipe) continue;
    const auto fits = applies(recipe);
    if (!fits) return std::unexpected(fits.error());
    // Apart from the record: what the student's own build says is what counts there.
    BuildRecord attempt;
    if (*fits)
      if (auto ran = compile_sources(recipe, attempt); !ran) return ran;
  }
  auto programs = executables();
  if (!programs) return std::unexpected(programs.error());
  built.record.programs = built.programs = std::move(*programs);
  return {};
}

Result<std::vector<std::string>> Builder::executables() const {
  const auto files = list_files(root_);
  if (!files) return std::unexpected(files.error());
  std::vector<std::string> programs;
  for (const fs::path& file : *files)
    if (kind_of_binary(root_ / file) == Binary::executable && file.extension() != ".so")
      programs.push_back(file.string());
  std::ranges::sort(programs);
  return programs;
}

fs::path tree_of(const Context& context, const BuildOrder& order) {
  return context.scratch / order.name / "tree";
}

fs::path wrappers_of(const Context& context, const BuildOrder& order) {
  return context.scratch / order.name / "compilers";
}

}  // namespace

Result<Built> build_program(const Lab& lab, const ProgramSettings& settings, const BuildOrder& order,
                            const Context& context) {
  Built built;
  built.directory = tree_of(context, order);
  if (auto made = make_directories(built.directory); !made) return std::unexpected(made.error());
  Builder builder(lab, settings, context, built.directory, wrappers_of(context, order));
  if (auto staged = builder.stage(order.source, built.left_out, built.notes); !staged)
    return std::unexpected(staged.error());
  if (auto written = builder.write_wrappers(order.extra_flags); !written)
    return std::unexpected(written.error());
  if (!order.told.empty())
    if (auto followed = builder.follow(order.told, built); !followed)
      return std::unexpected(followed.error());
  if (built.record.recipe.empty())
    if (auto tried = builder.try_recipes(built); !tried) return std::unexpected(tried.error());
  built.programs = built.record.programs;
  built.runs = std::make_shared<exec::Batches>(
      context.sandbox, std::vector<exec::Mount>{{built.directory, kBuildInside, false}}, kHomeInside,
      context.scratch);
  return built;
}

Status build_further_programs(const Lab& lab, const ProgramSettings& settings, const BuildOrder& order,
                              const Context& context, Built& built) {
  Builder builder(lab, settings, context, tree_of(context, order), wrappers_of(context, order));
  return builder.add_programs(built);
}

}  // namespace memgrade::collect
