#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/control.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/program/build.hpp>
#include <harness/collect/program/control.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::collect {
namespace {

constexpr const char* kName = "known-good";
constexpr const char* kSays = "known-good\n";
// C and C++ alike.
constexpr const char* kSource =
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include <string.h>\n"
    "int main(void) { return puts(\"known-good\") < 0; }\n";
constexpr const char* kMakefile =
    "known-good: known-good.c\n"
    "\t$(CC) -c -o known-good.o known-good.c\n"
    "\t$(AR) rcs libknown-good.a known-good.o\n"
    "\tgcc -o known-good known-good.o\n";
constexpr const char* kMakefileOfCxx =
    "\t$(CXX) -o known-good-in-cxx known-good-in-cxx.cpp\n"
    "\tg++ -o known-good-in-cxx known-good-in-cxx.cpp\n";

// Files for the recipe: those of the names that it needs, and a source with the ending of the first that the
// submission has.
Status write_work(const BuildRecipe& recipe, const std::vector<fs::path>& files, const fs::path& folder) {
  (void)remove_tree(folder);
  if (auto made = make_directories(folder); !made) return made;
  if (!recipe.sources.empty()) {
    const auto used = std::ranges::find_if(
        recipe.sources, [&](const std::string& glob) { return any_path_matches({glob}, files); });
    const std::string ending =
        fs::path(used == recipe.sources.end() ? recipe.sources.front() : *used).extension().string();
    return write_file(folder / (kName + ending), kSource);
  }
  const bool cxx = any_path_matches({"*.cpp", "*.cc", "*.cxx"}, files);
  if (auto written = write_file(folder / "known-good.c", kSource); !written) return written;
  if (cxx)
    if (auto written = write_file(folder / "known-good-in-cxx.cpp", kSource); !written) return written;
  return write_file(folder / "Makefile", std::string(kMakefile) + (cxx ? kMakefileOfCxx : ""));
}

Result<std::string> run_work(const Built& built, const ProgramSettings& settings, const Context& context) {
  exec::Confined confined;
  const bool confines = context.sandbox.confines();
  const fs::path program = (confines ? fs::path(kBuildInside) : built.directory) / kName;
  confined.argv = {program.string()};
  confined.directory = confines ? fs::path(kBuildInside) : built.directory;
  confined.mounts = {{built.directory, kBuildInside, false}};
  confined.address_space_limit = false;  // AddressSanitizer maps far more than it uses
  auto outcome = context.sandbox.run(confined, settings.run_limits, context.stop);
  if (!outcome) return std::unexpected(outcome.error());
  const RunRecord run = to_record("run", program.string(), std::move(*outcome));
  if (went_well(run) && run.out.bytes == kSays) return "";
  return fmt::format("{} {} {}", run.command, describe_termination(run),
                     shorten(printable(run.err.bytes), 200));
}

}  // namespace

Result<std::string> try_known_good_program(const Lab& lab, const ProgramSettings& settings,
                                           const fs::path& submission,
                                           const std::vector<std::string>& extra_flags,
                                           const Context& context) {
  const std::vector<fs::path> files = work_in(submission);
  const fs::path folder = context.scratch / kName;
  for (const BuildRecipe& recipe : settings.recipes) {
    const bool makes =
        recipe.sources.empty() && std::ranges::find(recipe.needs, "Makefile") != recipe.needs.end();
    if ((recipe.sources.empty() && !makes) || !any_path_matches(makes ? recipe.needs : recipe.sources, files))
      continue;
    if (auto written = write_work(recipe, files, folder); !written) return std::unexpected(written.error());
    ProgramSettings alone = settings;
    alone.recipes = {recipe};
    const auto built =
        build_program(lab, alone, {folder, extra_flags, fmt::format("{}-built", kName)}, context);
    if (!built) return std::unexpected(built.error());
    if (!built->record.succeeded) return trouble_of(built->record);
    if (auto ran = run_work(*built, settings, context); !ran || !ran->empty()) return ran;
  }
  return std::string();
}

}  // namespace memgrade::collect
