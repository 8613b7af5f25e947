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
#include <harness/vm/qemu/machine.hpp>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

namespace memgrade::vm {

class Session : public Machine {
 public:
  // Returns with the machine standing before its first instruction, or with `refusal()`. `sandbox` must
  // outlive the session.
  [[nodiscard]] static Result<std::unique_ptr<Session>> start(const Emulator& emulator,
                                                              const exec::Sandbox& sandbox,
                                                              const SessionPlan& plan, std::stop_token stop);
  ~Session() override;

  // What QEMU said when it ended instead of starting the machine; empty when the machine is there.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  bool work(Clock::duration at_most) override;
  [[nodiscard]] bool over() const override {
    return run_.has_value() || exited_ || !failure_ || interrupted_;
  }
  [[nodiscard]] bool can_be_asked() const override { return !exited_ && failure_ && !interrupted_; }
  bool attend(Clock::duration at_most) override;
  [[nodiscard]] double cpu_s() const override { return meter_.cpu_s; }
  [[nodiscard]] Result<Json> ask(const std::string& command, const Json& arguments = {}) override;
  [[nodiscard]] Status ask_all(const std::vector<Question>& questions, Clock::duration timeout) override;
  [[nodiscard]] bool has_run() const override { return has_run_; }
  [[nodiscard]] Channel& gdb() { return channels_.gdb; }
  void type(std::string_view bytes) override { channels_.keyboard.send(bytes); }
  void start_clock() override;
  void stop_clock();
  void end(GuestTermination termination, std::string reason) override;
  [[nodiscard]] Result<GuestRun> finish() override;

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
