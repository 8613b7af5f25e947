// Runs one command to its end and tells how it went.
//
// Commands are argument vectors, never shell lines. Each child leads a process group of its own; whatever is
// left of the group when the run is over is killed before `run` returns; output of such a rest is waited for
// no longer than a tenth of a second. A child's failure, crash
// or timeout is an Outcome; an Error means that *we* could not run anything (no such program of ours, no file
// descriptors).
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/base/termination.hpp>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace memgrade::exec {

struct Command {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH of `environment` when it has no '/'
  std::filesystem::path directory = {};  // empty: the current one
  std::map<std::string, std::string> environment = {};  // the whole of it: nothing is inherited
  std::string input = {};                               // for standard input; empty: /dev/null
};

// Zero means: no such limit.
struct Limits {
  double wall_s = 60;
  double cpu_s = 0;                       // of the whole process tree
  double quiet_s = 0;                     // without a byte on either stream
  std::uint64_t stdout_bytes = 4U << 20;  // kept; more is read and counted, then thrown away
  std::uint64_t stderr_bytes = 1U << 20;
  std::uint64_t output_bytes = 256U << 20;  // of both streams together; more ends the run
  std::uint64_t memory_bytes = 0;           // resident, of the whole process tree
  std::uint64_t file_bytes = 0;             // of one file (RLIMIT_FSIZE)
  std::uint64_t disk_bytes = 0;       // of everything below the writable directories (`run`: the directory)
  std::uint64_t processes = 0;        // and threads, alive at a time
  std::uint64_t disk_files = 20'000;  // below the writable directories; looked at when disk_bytes is
};

struct Outcome {
  Termination termination = Termination::exited;
  int exit_status = 0;
  int signal = 0;
  std::string limit;  // the limit that ended it, for a person: "10 s of CPU time"; if not_started: why
  Stream out, err;
  double wall_s = 0, cpu_s = 0;
  std::uint64_t peak_bytes = 0;  // the largest resident size seen, of the tree
};

// Kept up to date while a command runs, for somebody who looks on from another thread.
struct Meter {
  std::atomic<double> cpu_s = 0;  // of the tree
};

// Blocks until the command and all of its group are gone. Safe to call from several threads at once.
// When `stop` is requested, the group is killed and an Error of kind interrupted comes back.
[[nodiscard]] Result<Outcome> run(const Command& command, const Limits& limits, std::stop_token stop = {});

// Sums over all runs of this process so far: for the report's timing and the overhead benchmark.
struct Totals {
  std::uint64_t runs = 0;
  double wall_s = 0, cpu_s = 0;
};
[[nodiscard]] Totals totals();

}  // namespace memgrade::exec
