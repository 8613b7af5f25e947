// How a program came to its end and what it printed: shared by the module that runs programs and by the
// evidence that remembers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade {

enum class Termination {
  exited,         // by itself, with an exit status
  signaled,       // killed by a signal, not by us
  wall_timeout,   // still running at the deadline
  cpu_timeout,    // used up its CPU seconds
  quiet_timeout,  // printed nothing for too long
  memory_limit,   // took more memory than allowed
  output_limit,   // printed more than allowed
  disk_limit,     // wrote more than allowed
  process_limit,  // made more processes than allowed
  panic,          // a kernel stopped itself because it could not go on
  reset,          // a machine restarted itself
  oops,           // a fault in the kernel ended what it was doing; the machine went on
  hang,           // a call into the kernel did not come back
  no_evidence,    // what an agent in the guest recorded is incomplete or was tampered with
  not_started,    // could not be executed: no executable, another architecture, a missing interpreter
};

[[nodiscard]] std::string_view to_string(Termination termination);
[[nodiscard]] std::optional<Termination> termination_from(std::string_view word);
// A deadline was met: wall, CPU or quiet.
[[nodiscard]] bool is_timeout(Termination termination);
// It ended by a fault of its own that is no deadline: a signal, a limit, a panic, a reset.
[[nodiscard]] bool is_crash(Termination termination);

// What was kept of a stream.
struct Stream {
  std::string bytes;
  bool cut = false;  // more came than was kept
  std::uint64_t total_bytes = 0;
};

}  // namespace memgrade
