#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/compilers.hpp>
#include <harness/collect/diagnostics.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/program/build.hpp>

namespace memgrade::collect {
namespace {

constexpr const char* kWrappersInside = "/compilers";

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

// Everything that a build of one submission needs to know.
class Builder {
 public:
  Builder(const Lab& lab, const Context& context, fs::path root, fs::path wrappers)
      : lab_(lab), context_(context), root_(std::move(root)), wrappers_(std::move(wrappers)) {}

  Status stage(const fs::path& from, std::vector<std::string>& left_out);
  Status write_wrappers(const std::vector<std::string>& extra_flags);
  Status try_recipes(BuildRecord& record);
  Result<std::vector<std::string>> executables() const;

 private:
  Result<bool> applies(const Json& recipe) const;
  Status run_recipe(const Json& recipe, BuildRecord& record);
  Status compile_sources(const Json& recipe, BuildRecord& record);
  Result<const RunRecord*> step(std::vector<std::string> argv, BuildRecord& record);
  [[nodiscard]] std::string root_seen_by_compiler() const {
    return context_.sandbox.confines() ? kBuildInside : root_.string();
  }

  const Lab& lab_;
  const Context& context_;
  fs::path root_, wrappers_;
};

Status Builder::stage(const fs::path& from, std::vector<std::string>& left_out) {
  auto skipped = copy_tree(from, root_);
  if (!skipped) return std::unexpected(skipped.error());
  left_out = std::move(*skipped);
  const auto files = list_files(root_);
  if (!files) return std::unexpected(files.error());
  for (const fs::path& file : *files) {
    const bool is_data = file_matches(lab_.ignore, file.string());
    if (!is_data && kind_of_binary(root_ / file) == Binary::no) continue;
    left_out.push_back(file.string() + (is_data ? ": ours is used" : ": compiled elsewhere"));
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

Result<bool> Builder::applies(const Json& recipe) const {
  const std::vector<std::string> needs = texts(recipe.value("needs", Json::array()));
  const std::vector<std::string> sources = texts(recipe.value("sources", Json::array()));
  const auto files = list_files(root_);
  if (!files) return std::unexpected(files.error());
  const auto one_matches = [&](const std::vector<std::string>& globs) {
    return std::ranges::any_of(*files, [&](const fs::path& file) {
      return std::ranges::any_of(globs,
                                 [&](const std::string& glob) { return glob_matches(glob, file.string()); });
    });
  };
  return (needs.empty() || one_matches(needs)) && (sources.empty() || one_matches(sources));
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
  const exec::Limits limits = limits_from(lab_.settings.at("limits").at("build"));
  auto outcome = context_.sandbox.run(confined, limits, context_.stop);
  if (!outcome) return std::unexpected(outcome.error());
  record.steps.push_back(
      to_record(fmt::format("build-{}", record.steps.size() + 1), shell_command(argv), std::move(*outcome)));
  const RunRecord& made = record.steps.back();
  for (const Stream* stream : {&made.err, &made.out})
    for (Diagnostic& found : parse_diagnostics(stream->bytes, root_seen_by_compiler()))
      record.diagnostics.push_back(std::move(found));
  return &record.steps.back();
}

bool defines_main(const std::string& nm_output) {
  return std::ranges::any_of(split_lines(nm_output),
                             [](std::string_view line) { return trim(line).ends_with(" T main"); });
}

// Compiles every source to an object, asks nm which of them hold a main, and links each of those with the
// others.
Status Builder::compile_sources(const Json& recipe, BuildRecord& record) {
  const auto files = list_files(root_);
  if (!files) return std::unexpected(files.error());
  const std::vector<std::string> globs = texts(recipe.at("sources"));
  const std::vector<std::string> compiler = texts(recipe.value("compiler", Json::array()));
  std::vector<std::string> mains, shared;
  for (const fs::path& file : *files) {
    if (!std::ranges::any_of(globs,
                             [&](const std::string& glob) { return glob_matches(glob, file.string()); }))
      continue;
    std::vector<std::string> compile = compiler;
    const std::string object = file.string() + ".o";
    compile.insert(compile.end(), {"-c", "-I.", "-Iinclude", "-Isrc", file.string(), "-o", object});
    auto compiled = step(std::move(compile), record);
    if (!compiled) return std::unexpected(compiled.error());
    // One broken file among several programs must not hide the others.
    if (!went_well(**compiled)) continue;
    auto symbols = step({"nm", "-g", "--defined-only", object}, record);
    if (!symbols) return std::unexpected(symbols.error());
    (defines_main((*symbols)->out.bytes) ? mains : shared).push_back(object);
  }
  for (const std::string& object : mains) {
    std::vector<std::string> link = compiler;
    const fs::path source = fs::path(object).stem();
    link.insert(link.end(), {"-o", source.stem().string() + ".program", object});
    link.insert(link.end(), shared.begin(), shared.end());
    for (const std::string& library : texts(recipe.value("libraries", Json::array())))
      link.push_back(library);
    auto linked = step(std::move(link), record);
    if (!linked) return std::unexpected(linked.error());
    const fs::path made = root_ / (source.stem().string() + ".program");
    std::error_code ignored;
    if (went_well(**linked)) fs::rename(made, root_ / source.stem(), ignored);
  }
  return {};
}

Status Builder::run_recipe(const Json& recipe, BuildRecord& record) {
  if (recipe.contains("sources") && !texts(recipe["sources"]).empty()) return compile_sources(recipe, record);
  auto ran = step(texts(recipe.value("argv", Json::array())), record);
  if (!ran) return std::unexpected(ran.error());
  return {};
}

Status Builder::try_recipes(BuildRecord& record) {
  for (const Json& recipe : lab_.settings.at("build")) {
    const std::string name = recipe.value("way", "");
    const auto fits = applies(recipe);
    if (!fits) return std::unexpected(fits.error());
    if (!*fits) continue;
    BuildRecord attempt;
    if (auto ran = run_recipe(recipe, attempt); !ran) return ran;
    const auto programs = executables();
    if (!programs) return std::unexpected(programs.error());
    const std::vector<std::string> tried = record.tried;
    // What the first way said is kept until another one succeeds: it is the one the student meant.
    if (!programs->empty() || record.steps.empty()) record = attempt;
    record.tried = tried;
    if (!programs->empty()) {
      record.succeeded = true;
      record.recipe = name;
      record.programs = *programs;
      return {};
    }
    const RunRecord& last = attempt.steps.empty() ? RunRecord{} : attempt.steps.back();
    record.tried.push_back(fmt::format("{}: {}", name, went_well(last) ? "made no program" : "failed"));
  }
  if (record.tried.empty()) record.tried.push_back("no file that a way of building needs is there");
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

}  // namespace

Result<Built> build_program(const Lab& lab, const LabSubmission& submission, const Context& context,
                            const std::vector<std::string>& extra_flags, const std::string& name) {
  Built built;
  built.directory = context.scratch / name / "tree";
  if (auto made = make_directories(built.directory); !made) return std::unexpected(made.error());
  Builder builder(lab, context, built.directory, context.scratch / name / "compilers");
  if (auto staged = builder.stage(submission.directory, built.left_out); !staged)
    return std::unexpected(staged.error());
  if (auto written = builder.write_wrappers(extra_flags); !written) return std::unexpected(written.error());
  if (auto tried = builder.try_recipes(built.record); !tried) return std::unexpected(tried.error());
  built.programs = built.record.programs;
  built.runs = std::make_shared<exec::Batches>(
      context.sandbox, std::vector<exec::Mount>{{built.directory, kBuildInside, false}}, kHomeInside,
      context.scratch);
  return built;
}

}  // namespace memgrade::collect
