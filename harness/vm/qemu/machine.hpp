// A machine with one guest, as those see it who run guests: it is started, the guest gets what it is to do,
// it runs to its end, and there is a result. Session is the machine that QEMU emulates; tests have one that
// does only what it was told, so that what is done with machines is tested without an emulator.
#pragma once

#include <chrono>
#include <functional>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <harness/vm/qemu/machine_config.hpp>
#include <harness/vm/qemu/run_result.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::vm {

struct SessionPlan {
  const MachinePlan& machine;
  const GuestLimits& limits;
  LineWatch watch = {};
  // Called with all that comes on the console, as it comes.
  std::function<void(std::string_view bytes)> tap = {};
};

// A QMP command. A `descriptor` (>= 0) goes along with it.
struct Question {
  std::string command;
  Json arguments = {};
  int descriptor = -1;
};

class Machine {
 public:
  using Clock = std::chrono::steady_clock;

  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  // Waits until something happens, but no longer than `at_most`, and takes it in. False when the run is over:
  // the guest or the emulator ended, or a limit was met.
  virtual bool work(Clock::duration at_most) = 0;
  [[nodiscard]] virtual bool over() const = 0;
  // The same without a look at the limits, for conversations with a stopped machine or after the run is over.
  // False when there is nobody left to talk to.
  virtual bool attend(Clock::duration at_most) = 0;
  // The emulator is still there to be asked, although a limit was met.
  [[nodiscard]] virtual bool can_be_asked() const = 0;

  // A QMP command and its answer.
  [[nodiscard]] virtual Result<Json> ask(const std::string& command, const Json& arguments = {}) = 0;
  // Several at once, and the first refusal: on a busy host every answer is a wait for somebody else's turn.
  [[nodiscard]] virtual Status ask_all(const std::vector<Question>& questions, Clock::duration timeout) = 0;

  // Whether the guest has begun to run.
  [[nodiscard]] virtual bool has_run() const = 0;
  // CPU seconds of the emulator so far, start included.
  [[nodiscard]] virtual double cpu_s() const = 0;
  // Types on the console.
  virtual void type(std::string_view bytes) = 0;

  // The limits' clocks run while the guest does.
  virtual void start_clock() = 0;
  // The caller has what it wants.
  virtual void end(GuestTermination termination, std::string reason) = 0;
  // Ends the emulator when it has not ended, and says how it all went.
  [[nodiscard]] virtual Result<GuestRun> finish() = 0;
};

// Makes a machine that stands before its first instruction.
using StartMachine =
    std::function<Result<std::unique_ptr<Machine>>(const SessionPlan& plan, std::stop_token stop)>;

// What is done with a machine that stands there.
struct MachineRun {
  // Gives the guest what it is to do, and lets it go.
  std::function<Status()> hand_over;
  // Called after each piece of work, which lasts `interval` at most: watches, types, ends.
  std::function<void()> look = {};
  Machine::Clock::duration interval = std::chrono::hours(1);
  // When the guest is over and the emulator can still be asked.
  std::function<void()> at_end = {};
};

// Hands over, lets it run to its end, and returns the result. When `hand_over` fails there is no run; that is
// the Error, unless the emulator has a better one: that it was killed, or we were interrupted.
[[nodiscard]] Result<GuestRun> run_to_end(Machine& machine, const MachineRun& run);

}  // namespace memgrade::vm
