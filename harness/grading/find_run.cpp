#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/find_run.hpp>
#include <harness/grading/run_store.hpp>
#include <vector>

namespace memgrade::grading {
namespace {

struct Known {
  fs::path directory;
  RunRecordFile record;
};

// The runs that stand in `results`, by name. What cannot be read is none.
std::vector<Known> runs_in(const fs::path& results) {
  std::vector<Known> runs;
  std::error_code error;
  for (fs::directory_iterator entry(results, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with('.')) continue;  // of a run that goes on
    if (auto record = load_run(entry->path())) runs.push_back({entry->path(), std::move(*record)});
  }
  std::ranges::sort(runs, {}, &Known::directory);
  return runs;
}

bool is_run(const fs::path& directory) {
  std::error_code error;
  return fs::exists(directory / "evidence" / "run.json", error);
}

// A student's directory was meant: its run is the one that was made of it, whatever it is called.
Result<fs::path> run_of(const fs::path& student, const std::vector<Known>& runs, const fs::path& results) {
  std::error_code error;
  const fs::path origin = fs::canonical(student, error);
  const auto found =
      std::ranges::find_if(runs, [&](const Known& run) { return run.record.origin == origin; });
  if (found != runs.end()) return found->directory;
  return fail(ErrorKind::nothing_found,
              fmt::format("is no run, and {} holds none of it; grade it first, or name the run's directory",
                          show_path(results)),
              show_path(student));
}

Result<fs::path> run_named(const std::string& word, const std::vector<Known>& runs, const fs::path& results) {
  std::vector<const Known*> fitting;
  std::vector<std::string> names;
  for (const Known& run : runs) {
    const std::string name = run.directory.filename().string();
    names.push_back(name);
    // Runs of two directories of one name: the later one has a digest behind it.
    const bool named = name == word || run.record.origin.filename() == word;
    if (named || run.record.student.id == word || run.record.student.name == word) fitting.push_back(&run);
  }
  if (fitting.size() == 1) return fitting.front()->directory;
  if (fitting.empty())
    return fail(ErrorKind::nothing_found,
                fmt::format("no run {} in {}{}", quote(word), show_path(results), did_you_mean(word, names)));
  std::string list;
  for (const Known* run : fitting)
    list += fmt::format("\n  {} of {}", show_path(run->directory), printable(run->record.origin.string()));
  return fail(ErrorKind::usage,
              fmt::format("more than one run fits {}; name its directory:{}", quote(word), list));
}

}  // namespace

Result<fs::path> find_run(const std::string& word, const fs::path& results) {
  if (word.empty()) return fail(ErrorKind::usage, "say which run: its directory, or its name in reports/out");
  if (is_run(word)) return fs::path(word);
  const std::vector<Known> runs = runs_in(results);
  std::error_code error;
  if (fs::is_directory(word, error)) return run_of(word, runs, results);
  return run_named(word, runs, results);
}

}  // namespace memgrade::grading
