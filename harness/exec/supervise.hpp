// Watches one child from its start to its end: the common part of `run` and of the sandbox.
//
// A Supervisor owns the child, its pipes and the clocks, and one event loop (Boost.Asio) that waits on all of
// them; everything happens in the thread that calls `watch`. An end is noticed by the child's pidfd, so no
// signal handler is installed and no interval is waited for. Limits that only /proc or a walk can show are
// sampled. The first limit that is met decides the ending; the child is then killed, and what it printed
// until then is kept.
#pragma once

#include <harness/exec/confine_protocol.h>

#include <functional>
#include <harness/exec/launch.hpp>
#include <harness/exec/process.hpp>
#include <optional>
#include <stop_token>

namespace memgrade::exec {

enum class Wrapping {
  none,        // the child is the command
  confine,     // the child is memgrade-confine, and the command its child
  bubblewrap,  // the child is bwrap, which starts memgrade-confine in namespaces
  batch        // no child: the runner of a batch starts memgrade-confine's first process in namespaces
};

struct Job {
  LaunchPlan plan;  // without descriptors
  std::string input;
  Wrapping wrapping = Wrapping::none;
  std::vector<Descriptor> passed;               // the child's from CONFINE_REPORT_FD + 1 on
  std::vector<std::filesystem::path> writable;  // for the disk limit
  Meter* meter = nullptr;
  uid_t user = 0;  // that may open the streams again, by /dev/stdout; 0: ours
  // Of a batch: hands the descriptors of a run to the runner, whose pidfd this is.
  std::function<Status(const std::vector<int>& descriptors)> request;
  int runner = -1;
};

// What was seen; process.cpp and sandbox.cpp make an Outcome of it.
struct Seen {
  int wait_status = 0;  // of the child
  Outcome outcome;      // streams, times, peak; ending and limit when a limit ended it
  bool limited = false;
  bool ready = false;                     // memgrade-confine has been heard of
  std::optional<confine_message> report;  // its last word
  std::optional<confine_message> gone;    // the runner's of a batch
};

[[nodiscard]] Result<Seen> supervise(Job job, const Limits& limits, std::stop_token stop);

// What the child's rusage and the report add to the sampled figures.
void add_final_figures(Seen& seen, Wrapping wrapping, const rusage& used);

// Decides the ending of a command that ended with `wait_status`. A limit that `supervise` met stays; then
// come limits that only the final figures show (a short burst of memory, files written last), then the
// signals that the kernel sends for limits, then the command's own end.
void conclude(Seen& seen, int wait_status, const Limits& limits,
              const std::vector<std::filesystem::path>& writable);

// "256 MiB", "1.5 GiB", "100 bytes".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

[[nodiscard]] std::string cpu_text(const Limits& limits);     // "10 s of CPU time"
[[nodiscard]] std::string memory_text(const Limits& limits);  // "256 MiB of memory"

// RLIMIT_CORE: a dump of one byte is too small to be made, and unlike 0 this also keeps the kernel from
// piping it to a program of the host (core(5)).
inline constexpr std::uint64_t no_core_bytes = 1;

// RLIMIT_CPU, in whole seconds and for each process alone: later than the limit on the tree, which is
// sampled.
[[nodiscard]] std::uint64_t cpu_backstop_s(const Limits& limits);

// Adds a finished run to totals().
void count_run(const Outcome& outcome);

}  // namespace memgrade::exec
