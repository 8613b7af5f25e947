// What a run costs beside the program's own time: bare, in a sandbox of its own, and in a batch. The three
// take turns, so that all see the same machine.
//
//   batch_runs RUNS FOLDER PROGRAM [ARGUMENT]...      each run has a copy of the files of FOLDER
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <harness/base/files.hpp>
#include <harness/base/trees.hpp>
#include <harness/exec/batches.hpp>

namespace memgrade::exec {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void stop(const Error& error) {
  fmt::print(stderr, "batch_runs: {}\n", error.text());
  std::exit(1);
}

template <typename T>
T required(Result<T> result) {
  if (!result) stop(result.error());
  return std::move(*result);
}

std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const fs::path& file : required(list_files(folder)))
    files[file.string()] = required(read_file(folder / file));
  return files;
}

struct Kind {
  const char* name;
  std::vector<double> ms = {};
};

void report(Kind& kind, double own_ms) {
  std::ranges::sort(kind.ms);
  double sum = 0;
  for (const double each : kind.ms) sum += each;
  fmt::print("{:<22} median {:7.2f} ms   all {:8.2f} s   times the bare run {:.2f}\n", kind.name,
             kind.ms[kind.ms.size() / 2], sum / 1e3, sum / own_ms);
}

void measure(int runs, const fs::path& folder, const fs::path& program,
             const std::vector<std::string>& words) {
  const Sandbox sandbox = required(Sandbox::probe());
  const TempDir scratch = required(TempDir::make(fs::temp_directory_path(), "memgrade-bench-"));
  const std::vector<Mount> shared{{fs::absolute(program), "/program", false}};
  Batches batches(sandbox, shared, "/home/student", scratch.path());
  BatchRequest request{.argv = {"/program"}, .files = files_of(folder)};
  request.argv.insert(request.argv.end(), words.begin(), words.end());
  Command bare{.argv = request.argv, .directory = fs::absolute(folder)};
  bare.argv[0] = fs::absolute(program).string();
  Confined single{.argv = request.argv, .directory = "/home/student", .mounts = shared};
  const TempDir home = required(TempDir::make(scratch.path(), "home-"));
  for (const auto& [name, bytes] : request.files)
    if (auto written = write_file(home.path() / name, bytes); !written) stop(written.error());
  single.mounts.push_back({home.path(), "/home/student", true});
  Kind kinds[] = {{"bare"}, {"a sandbox for each run"}, {"a batch"}};
  for (int round = 0; round < runs; ++round) {
    const auto timed = [&](Kind& kind, auto&& run) {
      const auto begin = Clock::now();
      if (auto result = run(); !result) stop(result.error());
      kind.ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    };
    timed(kinds[0], [&] { return run(bare, {}); });
    timed(kinds[1], [&] { return sandbox.run(single, {}); });
    timed(kinds[2], [&] { return batches.run(request, {}); });
  }
  double own_ms = 0;
  for (const double each : kinds[0].ms) own_ms += each;
  for (Kind& kind : kinds) report(kind, own_ms);
}

}  // namespace
}  // namespace memgrade::exec

int main(int count, char** words) {
  if (count < 4) {
    fmt::print(stderr, "usage: batch_runs RUNS FOLDER PROGRAM [ARGUMENT]...\n");
    return 2;
  }
  memgrade::exec::measure(std::max(1, std::atoi(words[1])), words[2], words[3], {words + 4, words + count});
}
