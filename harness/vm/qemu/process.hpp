// One emulator with one guest, from its start to its end.
//
// The emulator runs a student's kernel, so it is treated as a student's program: in the sandbox, without
// network, with nothing of the host but the system's programs and a private directory that it cannot write
// to. A thread waits for its end; all else happens in the thread that calls `work`. When the object goes, the
// emulator and the directory are gone.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <harness/base/json.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/vm/qemu/channels.hpp>
#include <harness/vm/qemu/console.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <harness/vm/qemu/machine_config.hpp>
#include <harness/vm/qemu/run_result.hpp>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

namespace memgrade::vm {

struct SessionPlan {
  const MachinePlan& machine;
  const GuestLimits& limits;
  LineWatch watch = {};
  // Called with all that comes on the console, as it comes.
  std::function<void(std::string_view bytes)> tap = {};
};

// A `descriptor` (>= 0) goes along with it.
struct Question {
  std::string command;
  Json arguments = {};
  int descriptor = -1;
};

class Session {
 public:
  using Clock = std::chrono::steady_clock;

  // Returns with the machine standing before its first instruction, or with `refusal()`. `sandbox` must
  // outlive the session.
  [[nodiscard]] static Result<std::unique_ptr<Session>> start(const Emulator& emulator,
                                                              const exec::Sandbox& sandbox,
                                                              const SessionPlan& plan, std::stop_token stop);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  // What QEMU said when it ended instead of starting the machine; empty when the machine is there.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  // Waits until something happens, but no longer than `at_most`, and takes it in. False when the run is over:
  // the guest or the emulator ended, or a limit was met.
  bool work(Clock::duration at_most);
  [[nodiscard]] bool over() const { return run_.has_value() || exited_ || !failure_ || interrupted_; }
  // The emulator is still there to be asked, although a limit was met.
  [[nodiscard]] bool can_be_asked() const { return !exited_ && failure_ && !interrupted_; }

  // The same without a look at the limits, for conversations with a stopped machine or after the run is over.
  // False when there is nobody left to talk to.
  bool attend(Clock::duration at_most);

  // CPU seconds of the emulator so far, start included.
  [[nodiscard]] double cpu_s() const { return meter_.cpu_s; }

  // A QMP command and its answer.
  [[nodiscard]] Result<Json> ask(const std::string& command, const Json& arguments = {});
  // Several at once, and the first refusal: on a busy host every answer is a wait for somebody else's turn.
  [[nodiscard]] Status ask_all(const std::vector<Question>& questions, Clock::duration timeout);
  // Whether the guest has begun to run.
  [[nodiscard]] bool has_run() const { return has_run_; }
  [[nodiscard]] Channel& gdb() { return channels_.gdb; }
  // Types on the console.
  void type(std::string_view bytes) { channels_.keyboard.send(bytes); }

  // The limits' clocks run while the guest does.
  void start_clock();
  void stop_clock();
  // The caller has what it wants.
  void end(GuestTermination termination, std::string reason);

  // Ends the emulator when it has not ended, and says how it all went.
  [[nodiscard]] Result<GuestRun> finish();

 private:
  Session(const Emulator& emulator, const exec::Sandbox& sandbox, const SessionPlan& plan, Channels channels);
  [[nodiscard]] std::unexpected<Error> emulator_failed(std::string_view how) const;
  [[nodiscard]] Status launch(const MachinePlan& machine);
  [[nodiscard]] Status connect();
  [[nodiscard]] Result<Json> answer(int id, const std::string& command, Clock::time_point deadline);
  void wait(Clock::duration at_most);
  void take_in();
  void hear_qmp();
  void look_at_limits();
  void end_emulator();
  [[nodiscard]] Clock::duration running_time() const;
  [[nodiscard]] Status conclude(GuestRun& run);

  const EmulatorKind kind_;
  const exec::Sandbox& sandbox_;
  GuestLimits limits_;
  std::function<void(std::string_view)> tap_;
  Channels channels_;
  Console console_;
  exec::Meter meter_;
  exec::Confined confined_;
  exec::Limits confined_limits_;
  std::string refusal_;
  std::optional<GuestRun> run_;  // ending and reason, as soon as they are decided
  Status failure_;
  std::map<int, Json> answers_;  // to what was asked last, by id
  int asked_ = 0;
  bool greeted_ = false, has_run_ = false, exited_ = false, interrupted_ = false, clock_runs_ = false;
  Clock::duration ran_{};
  Clock::time_point running_since_, last_output_;

  Descriptor wake_;  // readable when one of the next three changed
  std::atomic<bool> done_ = false, stop_asked_ = false;
  Result<exec::Outcome> outcome_;  // once done_
  std::stop_source kill_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::jthread runner_;
};

}  // namespace memgrade::vm
