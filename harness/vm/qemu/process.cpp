#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <harness/base/text.hpp>
#include <harness/vm/qemu/process.hpp>
#include <harness/vm/qemu/qmp.hpp>

namespace memgrade::vm {
namespace {

using Clock = Session::Clock;
using namespace std::chrono_literals;

// How long the emulator itself may take, on a host that has much else to do: to start, to answer, to end.
constexpr auto start_timeout = 60s;
constexpr auto answer_timeout = 30s;
constexpr auto quit_timeout = 2s;
// Over the guest's memory and its translated code: the emulator and its libraries.
constexpr std::uint64_t emulator_bytes = 640U << 20;
constexpr std::uint64_t emulator_threads = 32;
constexpr std::uint64_t message_bytes = 16384;
constexpr const char* inside = "/vm";

Clock::duration seconds(double s) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::min(s, 1e8)));
}

double in_seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Of a program that went wrong, and not of somebody who ends it.
bool is_own_crash(int signal) {
  constexpr std::array signals = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  return std::ranges::find(signals, signal) != signals.end();
}

void raise(const Descriptor& event) {
  const std::uint64_t one = 1;
  std::ignore = ::write(event.get(), &one, sizeof one);
}

std::string some_lines(const std::string& text) {
  return shorten(trim(printable(text)), 1000);
}

}  // namespace

std::unexpected<Error> Session::emulator_failed(std::string_view how) const {
  return fail(ErrorKind::infrastructure,
              fmt::format("{} {}; 'grade doctor' tells whether QEMU works here", kind_.program, how));
}

Session::Session(const Emulator& emulator, const exec::Sandbox& sandbox, const SessionPlan& plan,
                 Channels channels)
    : kind_(emulator.kind()),
      sandbox_(sandbox),
      limits_(plan.limits),
      tap_(plan.tap),
      channels_(std::move(channels)),
      console_(plan.limits.console_bytes, plan.watch) {}

Session::~Session() {
  on_stop_.reset();
  kill_.request_stop();
}

Result<std::unique_ptr<Session>> Session::start(const Emulator& emulator, const exec::Sandbox& sandbox,
                                                const SessionPlan& plan, std::stop_token stop) {
  auto channels = Channels::make(plan.machine);
  if (!channels) return std::unexpected(channels.error());
  std::unique_ptr<Session> session(new Session(emulator, sandbox, plan, std::move(*channels)));
  Session& self = *session;
  self.wake_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!self.wake_) return self.emulator_failed(fmt::format("cannot be watched: {}", std::strerror(errno)));
  self.on_stop_.emplace(std::move(stop), [&self] {
    self.stop_asked_ = true;
    raise(self.wake_);
  });
  if (Status launched = self.launch(plan.machine); !launched) {
    return std::unexpected(launched.error());
  }
  if (Status connected = self.connect(); !connected) return std::unexpected(connected.error());
  return session;
}

Status Session::launch(const MachinePlan& machine) {
  confined_.argv = machine.arguments;
  confined_.argv.insert(confined_.argv.begin(), kind_.program);
  confined_.directory = inside;
  confined_.meter = &meter_;
  confined_.mounts = {{channels_.directory(), inside}};
  for (const std::string& device : machine.devices) {
    confined_.mounts.push_back({.host = device, .inside = device, .device = true});
  }
  confined_limits_ = {
      // Only for the case that nobody looks any more; the guest's limits are ours to watch.
      .wall_s = limits_.wall_s > 0 ? limits_.wall_s + 600 : 0,
      .cpu_s = limits_.cpu_s,
      .stdout_bytes = message_bytes,
      .stderr_bytes = message_bytes,
      .memory_bytes = machine.memory_bytes + emulator_bytes,
      .file_bytes = machine.written_bytes,
      .processes = emulator_threads,
  };
  runner_ = std::jthread([this, stop = kill_.get_token()] {
    outcome_ = sandbox_.run(confined_, confined_limits_, stop);
    done_ = true;
    raise(wake_);
  });
  return {};
}

// Until the emulator has connected and answered, or ended.
Status Session::connect() {
  const auto deadline = Clock::now() + start_timeout;
  while (!greeted_ && !over() && Clock::now() < deadline) work(deadline - Clock::now());
  if (greeted_ && !over()) {
    // The greeting comes early; this answer comes when the machine is made, image and all.
    const auto ready = ask("qmp_capabilities");
    if (ready) return {};
    if (!exited_) return std::unexpected(ready.error());
  }
  if (!failure_) return failure_;
  if (interrupted_) return fail(ErrorKind::interrupted, "interrupted while QEMU was starting");
  if (!exited_) return emulator_failed(fmt::format("did not answer within {} s", start_timeout.count()));
  runner_.join();
  if (!outcome_) return std::unexpected(outcome_.error());
  if (outcome_->termination == Termination::not_started) {
    return emulator_failed(
        fmt::format("{}: install it with 'apt install {}'", outcome_->limit, kind_.packages));
  }
  if (outcome_->termination != Termination::exited) {
    return emulator_failed(fmt::format("ended before its machine started ({} {})",
                                       to_string(outcome_->termination), outcome_->limit));
  }
  refusal_ = some_lines(outcome_->err.bytes);
  if (refusal_.empty()) refusal_ = fmt::format("exit status {} without a word", outcome_->exit_status);
  return {};
}

bool Session::work(Clock::duration at_most) {
  if (over()) return false;
  wait(at_most);
  take_in();
  if (!over()) look_at_limits();
  return !over();
}

bool Session::attend(Clock::duration at_most) {
  if (!can_be_asked()) return false;
  wait(at_most);
  take_in();
  return can_be_asked();
}

void Session::wait(Clock::duration at_most) {
  if (clock_runs_ && limits_.wall_s > 0)
    at_most = std::min(at_most, seconds(limits_.wall_s) - running_time());
  if (clock_runs_ && limits_.quiet_s > 0) {
    at_most = std::min(at_most, last_output_ + seconds(limits_.quiet_s) - Clock::now());
  }
  std::array<pollfd, 6> polled{{
      {wake_.get(), POLLIN, 0},
      {channels_.console.fd(), POLLIN, 0},
      {channels_.qmp.fd(), channels_.qmp.wanted_events(), 0},
      {channels_.gdb.fd(), channels_.gdb.wanted_events(), 0},
      {channels_.qmp_listener(), POLLIN, 0},
      {channels_.gdb_listener(), POLLIN, 0},
  }};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(std::clamp<Clock::duration>(at_most, 0s, 1h));
  std::ignore = ::poll(polled.data(), polled.size(), static_cast<int>(ms.count()));
}

void Session::take_in() {
  std::uint64_t raised = 0;
  std::ignore = ::read(wake_.get(), &raised, sizeof raised);
  // Looked at first: what the emulator said before its end is then still taken in below.
  const bool done = done_;
  if (stop_asked_) interrupted_ = true;
  if (const auto connected = channels_.accept(); !connected) failure_ = std::unexpected(connected.error());
  // After the end all that is left, else a part: a guest that prints without end must not keep us here.
  channels_.console.work(done ? 4U << 20 : 256U << 10);
  if (!channels_.console.received.empty()) {
    last_output_ = Clock::now();
    if (tap_) tap_(channels_.console.received);
    auto reason = console_.take(channels_.console.received);
    channels_.console.received.clear();
    if (reason) end(GuestTermination::stopped, std::move(*reason));
  }
  channels_.gdb.work();
  channels_.qmp.work();
  hear_qmp();
  exited_ = exited_ || done;
}

void Session::hear_qmp() {
  for (;;) {
    auto message = take_qmp(channels_.qmp.received);
    if (!message) {
      failure_ = std::unexpected(message.error());
      return;
    }
    if (!*message) return;
    const Json& said = **message;
    greeted_ = greeted_ || said.contains("QMP");
    has_run_ = has_run_ || said.value("event", Json()) == "RESUME";
    if (const auto id = said.find("id"); id != said.end() && id->is_number_integer()) answers_[*id] = said;
    const std::string reason = shutdown_reason(said);
    if (reason == "guest-shutdown" || reason == "guest-panic") end(GuestTermination::shutdown, "");
    if (reason == "guest-reset") end(GuestTermination::reset, "");
    if (reason == "host-signal") failure_ = emulator_failed("was told to end by a signal from outside");
  }
}

void Session::look_at_limits() {
  const Stream& console = console_.stream();
  if (limits_.output_bytes > 0 && console.total_bytes > limits_.output_bytes) {
    return end(GuestTermination::output_limit, fmt::format("{} bytes of output", limits_.output_bytes));
  }
  if (!clock_runs_) return;
  if (limits_.wall_s > 0 && running_time() >= seconds(limits_.wall_s)) {
    return end(GuestTermination::wall_timeout, plain_number(limits_.wall_s) + " s");
  }
  if (limits_.quiet_s > 0 && Clock::now() - last_output_ >= seconds(limits_.quiet_s)) {
    end(GuestTermination::silence, plain_number(limits_.quiet_s) + " s without output");
  }
}

Result<Json> Session::ask(const std::string& command, const Json& arguments) {
  answers_.clear();
  channels_.qmp.send(qmp_command(command, arguments, ++asked_));
  return answer(asked_, command, Clock::now() + answer_timeout);
}

Status Session::ask_all(const std::vector<Question>& questions, Clock::duration timeout) {
  answers_.clear();
  const int first = asked_ + 1;
  for (const Question& question : questions) {
    const std::string message = qmp_command(question.command, question.arguments, ++asked_);
    if (question.descriptor < 0)
      channels_.qmp.send(message);
    else if (!channels_.qmp.send_with(message, question.descriptor))
      return emulator_failed(fmt::format("cannot be given a file for '{}'", question.command));
  }
  const auto deadline = Clock::now() + timeout;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto said = answer(first + static_cast<int>(i), questions[i].command, deadline);
    if (!said) return std::unexpected(said.error());
  }
  return {};
}

Result<Json> Session::answer(int id, const std::string& command, Clock::time_point deadline) {
  while (!answers_.contains(id) && Clock::now() < deadline && attend(deadline - Clock::now())) continue;
  const auto found = answers_.find(id);
  if (found == answers_.end()) {
    if (!failure_) return std::unexpected(failure_.error());
    if (interrupted_) return fail(ErrorKind::interrupted, "interrupted while QEMU was running");
    return emulator_failed(fmt::format("did not answer '{}'", command));
  }
  const auto value = found->second.find("return");
  if (value != found->second.end()) return *value;
  return emulator_failed(fmt::format("refuses '{}': {}", command, quote(dump_json(found->second, -1), 300)));
}

Clock::duration Session::running_time() const {
  return ran_ + (clock_runs_ ? Clock::now() - running_since_ : 0s);
}

void Session::start_clock() {
  if (clock_runs_) return;
  clock_runs_ = true;
  running_since_ = last_output_ = Clock::now();
}

void Session::stop_clock() {
  ran_ = running_time();
  clock_runs_ = false;
}

void Session::end(GuestTermination termination, std::string reason) {
  if (run_) return;
  run_.emplace();
  run_->termination = termination;
  run_->reason = std::move(reason);
}

void Session::end_emulator() {
  stop_clock();
  if (!exited_ && channels_.qmp.open()) {
    channels_.qmp.send(qmp_command("quit", {}, ++asked_));
    const auto deadline = Clock::now() + quit_timeout;
    while (!done_ && Clock::now() < deadline) {
      wait(deadline - Clock::now());
      take_in();
    }
  }
  kill_.request_stop();
  if (runner_.joinable()) runner_.join();
  take_in();
}

Result<GuestRun> Session::finish() {
  end_emulator();
  if (interrupted_) return fail(ErrorKind::interrupted, "interrupted while QEMU was running");
  if (!failure_) return std::unexpected(failure_.error());
  GuestRun run = run_.value_or(GuestRun{});
  if (Status concluded = conclude(run); !concluded) return std::unexpected(concluded.error());
  run.console = console_.release();
  run.wall_s = in_seconds(ran_);
  return run;
}

// When nothing else decided the ending, the emulator's own end does: up to QEMU 8, a shutdown by the virt
// machine's test device, which OpenSBI uses, is an exit of the emulator without an event.
Status Session::conclude(GuestRun& run) {
  if (!outcome_) {
    // Killed by us, because it did not follow `quit`.
    if (run_ && outcome_.error().kind == ErrorKind::interrupted) return {};
    return std::unexpected(outcome_.error());
  }
  run.cpu_s = outcome_->cpu_s;
  run.peak_bytes = outcome_->peak_bytes;
  run.emulator = some_lines(outcome_->err.bytes);
  if (run_) return {};
  if (outcome_->termination == Termination::exited) {
    // The test devices' failures have a status of the guest's choice; QEMU's own come with a word.
    const bool own = outcome_->exit_status == 1 && run.emulator.find(kind_.program) != std::string::npos;
    if (own) return emulator_failed(fmt::format("failed: {}", run.emulator));
    run.exit_code = outcome_->exit_status;
    return {};
  }
  if (outcome_->termination == Termination::cpu_timeout ||
      outcome_->termination == Termination::wall_timeout) {
    const bool cpu = outcome_->termination == Termination::cpu_timeout;
    run.termination = cpu ? GuestTermination::cpu_timeout : GuestTermination::wall_timeout;
    run.reason = outcome_->limit;
    return {};
  }
  if (outcome_->termination == Termination::disk_limit) {
    run.termination = GuestTermination::output_limit;
    run.reason = outcome_->limit;
    return {};
  }
  // A device that a guest uses in a way that the emulator was not made for; who sends signals from outside
  // sends others.
  if (has_run_ && outcome_->termination == Termination::signaled && is_own_crash(outcome_->signal)) {
    run.termination = GuestTermination::aborted;
    run.reason = fmt::format("the kernel did something that ended the machine: {}",
                             run.emulator.empty() ? ::strsignal(outcome_->signal) : run.emulator);
    return {};
  }
  const std::string how =
      outcome_->termination == Termination::signaled
          ? fmt::format("was killed by signal {} ({})", outcome_->signal, ::strsignal(outcome_->signal))
          : fmt::format("met a limit of ours: {}", outcome_->limit);
  return emulator_failed(run.emulator.empty() ? how : how + ": " + run.emulator);
}

}  // namespace memgrade::vm
