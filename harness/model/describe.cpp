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

std::string_view usual_limit(Termination termination) {
  switch (termination) {
    case Termination::wall_timeout:
      return "time";
    case Termination::cpu_timeout:
      return "CPU time";
    case Termination::quiet_timeout:
      return "time without output";
    case Termination::memory_limit:
      return "memory";
    case Termination::output_limit:
      return "output";
    case Termination::disk_limit:
      return "disk space";
    case Termination::process_limit:
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

std::string_view word_of(Subject subject) {
  switch (subject) {
    case Subject::module:
      return "module";
    case Subject::machine:
      return "kernel";
    default:
      return "program";
  }
}

std::string describe_termination(const RunRecord& run) {
  switch (run.termination) {
    case Termination::exited:
      return fmt::format("ended with exit status {}", run.exit_status);
    case Termination::signaled: {
      const SignalWords* const words = find_signal(run.signal);
      return words != nullptr ? fmt::format("crashed with {} ({})", words->name, words->meaning)
                              : fmt::format("crashed with {}", signal_name(run.signal));
    }
    case Termination::panic:
      return run.limit.empty() ? "panicked" : fmt::format("panicked: {}", shorten(printable(run.limit), 160));
    case Termination::reset:
      return "restarted the machine";
    case Termination::oops:
      return fmt::format("crashed the kernel: {}", shorten(printable(run.limit), 200));
    case Termination::hang:
      return fmt::format("hung: {}", shorten(printable(run.limit), 200));
    case Termination::no_evidence:
      return "left no whole record of what it did: " + shorten(printable(run.limit), 200);
    case Termination::not_started:
      return "could not be started";
    default:
      return fmt::format("met the limit of {}", run.limit.empty() ? std::string(usual_limit(run.termination))
                                                                  : printable(run.limit));
  }
}

}  // namespace memgrade
