// `run`, the sums over all runs, and what a limit is called.
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/exec/supervise.hpp>
#include <harness/exec/writable.hpp>
#include <mutex>

namespace memgrade::exec {
namespace {

struct {
  std::mutex lock;
  Totals sums;
} runs;

std::vector<ResourceLimit> resource_limits(const Limits& limits) {
  std::vector<ResourceLimit> result{{RLIMIT_CORE, no_core_bytes, no_core_bytes}};
  if (limits.file_bytes > 0) result.push_back({RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes});
  if (limits.cpu_s > 0) {
    const rlim_t soft = cpu_backstop_s(limits);
    result.push_back({RLIMIT_CPU, soft, soft + 1});
  }
  return result;
}

double cpu_seconds(const rusage& used) {
  const auto value = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return value(used.ru_utime) + value(used.ru_stime);
}

void set_limited(Seen& seen, Termination termination, std::string limit) {
  if (seen.limited) return;
  seen.limited = true;
  seen.outcome.termination = termination;
  seen.outcome.limit = std::move(limit);
}

}  // namespace

std::uint64_t cpu_backstop_s(const Limits& limits) {
  return static_cast<std::uint64_t>(std::ceil(limits.cpu_s)) + 1;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{} {}", plain_number(std::round(value * 100) / 100), units[unit]);
}

std::string cpu_text(const Limits& limits) {
  return plain_number(limits.cpu_s) + " s of CPU time";
}

std::string memory_text(const Limits& limits) {
  return bytes_text(limits.memory_bytes) + " of memory";
}

void add_final_figures(Seen& seen, Wrapping wrapping, const rusage& used) {
  Outcome& outcome = seen.outcome;
  // The child's own figures hold those of its wrapping; the report's do not.
  const auto& told = seen.report ? seen.report : seen.gone;
  const double cpu_s = told ? static_cast<double>(told->cpu_ns) * 1e-9 : cpu_seconds(used);
  outcome.cpu_s = std::max(outcome.cpu_s, cpu_s);
  if (seen.report) outcome.peak_bytes = std::max<std::uint64_t>(outcome.peak_bytes, seen.report->peak_bytes);
  rusage self{};
  ::getrusage(RUSAGE_SELF, &self);
  // Up to exec the child counts as large as the grader itself; only a figure above that is its own.
  if (wrapping == Wrapping::none && used.ru_maxrss > self.ru_maxrss) {
    outcome.peak_bytes = std::max(outcome.peak_bytes, static_cast<std::uint64_t>(used.ru_maxrss) * 1024);
  }
}

void conclude(Seen& seen, int wait_status, const Limits& limits,
              const std::vector<std::filesystem::path>& writable) {
  Outcome& outcome = seen.outcome;
  const int signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  if (limits.memory_bytes > 0 && outcome.peak_bytes > limits.memory_bytes) {
    set_limited(seen, Termination::memory_limit, memory_text(limits));
  }
  if (limits.cpu_s > 0 && (outcome.cpu_s >= limits.cpu_s || signal == SIGXCPU)) {
    set_limited(seen, Termination::cpu_timeout, cpu_text(limits));
  }
  if (limits.file_bytes > 0 && signal == SIGXFSZ) {
    set_limited(seen, Termination::disk_limit, bytes_text(limits.file_bytes) + " in one file");
  }
  if (std::string excess = disk_excess(writable, limits); !excess.empty()) {
    set_limited(seen, Termination::disk_limit, std::move(excess));
  }
  if (seen.limited) return;
  outcome.termination = signal != 0 ? Termination::signaled : Termination::exited;
  outcome.signal = signal;
  outcome.exit_status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
}

void count_run(const Outcome& outcome) {
  const std::scoped_lock guard(runs.lock);
  ++runs.sums.runs;
  runs.sums.wall_s += outcome.wall_s;
  runs.sums.cpu_s += outcome.cpu_s;
}

Totals totals() {
  const std::scoped_lock guard(runs.lock);
  return runs.sums;
}

Result<Outcome> run(const Command& command, const Limits& limits, std::stop_token stop) {
  Job job;
  job.plan.argv = command.argv;
  job.plan.environment = command.environment;
  job.plan.directory = command.directory;
  job.plan.limits = resource_limits(limits);
  job.input = command.input;
  const std::vector<std::filesystem::path> writable{command.directory.empty() ? "." : command.directory};
  job.writable = writable;
  auto seen = supervise(std::move(job), limits, std::move(stop));
  if (!seen) return std::unexpected(seen.error());
  conclude(*seen, seen->wait_status, limits, writable);
  count_run(seen->outcome);
  return std::move(seen->outcome);
}

}  // namespace memgrade::exec
