#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <harness/base/text.hpp>
#include <harness/model/describe.hpp>
#include <string_view>

namespace memgrade {
namespace {

struct SignalWords {
  int number;
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array<SignalWords, 16> kSignals{{
    {SIGSEGV, "SIGSEGV", "segmentation fault: it used memory that is not its own"},
    {SIGABRT, "SIGABRT", "abort: an assertion, the allocator or the C library stopped it"},
    {SIGBUS, "SIGBUS", "bus error: it used memory behind the end of a mapped file, or misaligned memory"},
    {SIGFPE, "SIGFPE", "arithmetic error, such as a division by zero"},
    {SIGILL, "SIGILL", "illegal instruction"},
    {SIGTRAP, "SIGTRAP", "trap"},
    {SIGSYS, "SIGSYS", "a system call that is not allowed here"},
    {SIGPIPE, "SIGPIPE", "it wrote to a pipe that nobody reads"},
    {SIGKILL, "SIGKILL", "killed"},
    {SIGTERM, "SIGTERM", "terminated"},
    {SIGINT, "SIGINT", "interrupted"},
    {SIGHUP, "SIGHUP", "hung up"},
    {SIGQUIT, "SIGQUIT", "quit"},
    {SIGALRM, "SIGALRM", "its own alarm"},
    {SIGXCPU, "SIGXCPU", "too much CPU time"},
    {SIGXFSZ, "SIGXFSZ", "a file that became too large"},
}};

const SignalWords* find_signal(int signal) {
  const auto* const found = std::ranges::find(kSignals, signal, &SignalWords::number);
  return found == kSignals.end() ? nullptr : found;
}

std::string_view usual_limit(Ending ending) {
  switch (ending) {
    case Ending::wall_timeout:
      return "time";
    case Ending::cpu_timeout:
      return "CPU time";
    case Ending::quiet_timeout:
      return "time without output";
    case Ending::memory_limit:
      return "memory";
    case Ending::output_limit:
      return "output";
    case Ending::disk_limit:
      return "disk space";
    case Ending::process_limit:
      return "the number of processes";
    default:
      return "what it may use";
  }
}

}  // namespace

std::string signal_name(int signal) {
  const SignalWords* const words = find_signal(signal);
  return words != nullptr ? std::string(words->name) : fmt::format("signal {}", signal);
}

std::string describe_ending(const RunRecord& run) {
  switch (run.ending) {
    case Ending::exited:
      return fmt::format("ended with exit status {}", run.exit_status);
    case Ending::signaled: {
      const SignalWords* const words = find_signal(run.signal);
      return words != nullptr ? fmt::format("crashed with {} ({})", words->name, words->meaning)
                              : fmt::format("crashed with {}", signal_name(run.signal));
    }
    case Ending::panic:
      return run.limit.empty() ? "panicked" : fmt::format("panicked: {}", shorten(printable(run.limit), 160));
    case Ending::reset:
      return "restarted the machine";
    case Ending::oops:
      return fmt::format("crashed the kernel: {}", shorten(printable(run.limit), 200));
    case Ending::hang:
      return fmt::format("hung: {}", shorten(printable(run.limit), 200));
    case Ending::no_evidence:
      return "left no whole record of what it did: " + shorten(printable(run.limit), 200);
    case Ending::not_started:
      return "could not be started";
    default:
      return fmt::format("met the limit of {}",
                         run.limit.empty() ? std::string(usual_limit(run.ending)) : printable(run.limit));
  }
}

}  // namespace memgrade
