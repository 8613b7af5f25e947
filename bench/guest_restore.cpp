// How long a job of nothing takes in a restored Linux guest: by LinuxGuest::run, against a bare script that
// starts QEMU from the same saved state with the same job. The two take turns, so that both see the same
// machine.
//
//   guest_restore [ROUNDS] [SERIES]      the kernel must be in the cache
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <harness/exec/process.hpp>
#include <harness/vm/linux/guest.hpp>
#include <harness/vm/linux/job.hpp>
#include <harness/vm/linux/machine.hpp>
#include <harness/vm/linux/records.hpp>
#include <harness/vm/linux/snapshot.hpp>

namespace memgrade::vm {
namespace {

using Clock = std::chrono::steady_clock;
constexpr RecordKey bare_key{1, 2};

[[noreturn]] void stop(const Error& error) {
  fmt::print(stderr, "guest_restore: {}\n", error.text());
  std::exit(1);
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// The machine's own arguments, with files for wires, and the state read by a pipe.
std::string script(const fs::path& state) {
  std::string text = "#!/bin/sh\nexec " + std::string(x86_emulator.program);
  for (std::string word : restore_plan({}, {}, 0).arguments) {
    if (word == "-S") continue;
    if (word.starts_with("pipe,id=console")) word = "file,id=console,path=console";
    if (word.starts_with("socket,id=qmp")) word = "null,id=qmp";
    if (word == "defer") word = fmt::format("'exec:cat {}'", state.string());
    text += " " + word;
  }
  return text +
         " -chardev file,id=records,path=records -device virtserialport,id=port,chardev=records,nr=1\n";
}

double ours(const LinuxGuest& guest, const GuestJob& job) {
  const auto begin = Clock::now();
  const auto run = guest.run(job, {});
  const double took = seconds_since(begin);
  if (!run) stop(run.error());
  if (run->termination != JobTermination::done) stop({.message = run->reason});
  return took;
}

double bare(const fs::path& directory) {
  const auto begin = Clock::now();
  const auto run = exec::run({.argv = {"/bin/sh", "script"},
                              .directory = directory,
                              .environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}},
                             {.wall_s = 100});
  const double took = seconds_since(begin);
  if (!run) stop(run.error());
  const auto records = read_file(directory / "records");
  if (run->exit_status != agent_done_status || !records || !read_records(*records, bare_key).whole) {
    stop({.message = fmt::format("the script fails: {} {}", run->exit_status, run->err.bytes)});
  }
  return took;
}

// Of this process and all that it started; on a busy machine it says more than the time on the wall.
double cpu_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const timeval& part : {used.ru_utime, used.ru_stime}) {
      sum += static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) / 1e6;
    }
  }
  return sum;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

int run(int rounds, const std::string& series) {
  const auto sandbox = exec::Sandbox::probe();
  if (!sandbox) stop(sandbox.error());
  const auto cache = cache_directory();
  if (!cache) stop(cache.error());
  const auto kernel = LinuxKernels(*cache).find(series);
  if (!kernel) stop({.message = fmt::format("no Linux {} in the cache; 'grade kernels fetch'", series)});
  auto begin = Clock::now();
  const auto guest = LinuxGuest::prepare(*kernel, *sandbox, *cache);
  if (!guest) stop(guest.error());
  fmt::print("prepared in {:.3f} s, ", seconds_since(begin));
  begin = Clock::now();
  if (const auto again = LinuxGuest::prepare(*kernel, *sandbox, *cache); !again) stop(again.error());
  fmt::print("again in {:.3f} s\n", seconds_since(begin));
  const GuestJob job{.steps = "mark a\n"};
  const auto place = TempDir::make(fs::temp_directory_path(), "memgrade-bench-");
  const auto bytes = encode_job(job, bare_key, 1U << 20);
  if (!place || !bytes) stop({.message = "no place for the script"});
  const fs::path state = *cache / guests_folder / guest->key() / "state";
  if (Status put = write_file(place->path() / "job", *bytes); !put) stop(put.error());
  if (Status put = write_file(place->path() / "script", script(state)); !put) stop(put.error());
  std::vector<double> us;
  std::vector<double> them;
  std::ignore = ours(*guest, job);
  std::ignore = bare(place->path());
  double our_cpu = 0;
  double their_cpu = 0;
  for (int i = 0; i < rounds; ++i) {
    const double before = cpu_seconds();
    us.push_back(ours(*guest, job));
    const double between = cpu_seconds();
    them.push_back(bare(place->path()));
    our_cpu += between - before;
    their_cpu += cpu_seconds() - between;
  }
  fmt::print("LinuxGuest::run {:.3f} s, bare script {:.3f} s (medians of {}), ratio {:.2f}; state {} MB\n",
             median(us), median(them), rounds, median(us) / median(them), fs::file_size(state) / 1'000'000);
  fmt::print("CPU time {:.3f} s and {:.3f} s, ratio {:.2f}\n", our_cpu / rounds, their_cpu / rounds,
             our_cpu / their_cpu);
  return 0;
}

}  // namespace
}  // namespace memgrade::vm

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
  return memgrade::vm::run(rounds, argc > 2 ? argv[2] : "6.1");
}
