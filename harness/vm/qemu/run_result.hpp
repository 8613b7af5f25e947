// What became of a guest: plain values. However a student's kernel behaves, it is one of these endings; an
// Error is only for what the emulator or this host did wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <harness/base/termination.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::vm {

enum class GuestTermination {
  shutdown,      // it switched the machine off: SBI system reset, or the test device
  reset,         // it asked for a reboot, which it does not get
  stopped,       // the caller's LineWatch had seen enough
  probed,        // the last point of a probe was reached, and the caller wanted no more
  silence,       // it printed nothing for too long
  wall_timeout,  // still running at the deadline
  cpu_timeout,   // used up its CPU seconds
  output_limit,  // printed more than allowed
  aborted,       // the emulator itself crashed while the guest ran; `reason` says so, with its words
  not_loaded,    // QEMU refuses the image, though the machine works without it: overlapping parts, no ELF …
};
[[nodiscard]] std::string_view to_string(GuestTermination termination);
[[nodiscard]] std::optional<GuestTermination> guest_termination_from(std::string_view word);
// silence, wall_timeout, cpu_timeout.
[[nodiscard]] bool is_timeout(GuestTermination termination);

// Zero means: no such limit. The clocks stand still while a probe looks into the stopped machine. Silence and
// wall are time of this host, so choose them generously; with RiscvMachine::icount_shift a guest that waits
// does not take any.
struct GuestLimits {
  double wall_s = 60;
  double quiet_s = 15;                     // without a byte on the console
  double cpu_s = 0;                        // of the emulator, start included
  std::uint64_t console_bytes = 1U << 20;  // kept; more is read and counted, then thrown away
  std::uint64_t output_bytes = 16U << 20;  // more ends the run
};

// Called with each whole line of the console, without its end (LF or CR LF) and otherwise as it came, NULs
// and colour codes included; a line longer than 64 KiB comes in parts. A reason ends the run at once, as
// `stopped`: "the last expected line", "the same fault 100 times". A last line without a newline is not
// shown.
using LineWatch = std::function<std::optional<std::string>(std::string_view line)>;

struct GuestRun {
  GuestTermination termination = GuestTermination::shutdown;
  int exit_code = 0;     // of a shutdown by the test device with a failure, else 0
  std::string reason;    // stopped: LineWatch's; a limit: "10 s without output"; not_loaded: QEMU's words
  Stream console;        // bytes as they came
  std::string emulator;  // QEMU's own warnings, a few lines; not the guest's
  double wall_s = 0;     // from the guest's first instruction; without stops
  double cpu_s = 0;      // of the emulator
  std::uint64_t peak_bytes = 0;
};

}  // namespace memgrade::vm
