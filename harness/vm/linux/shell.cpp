#include <fmt/format.h>

#include <chrono>
#include <harness/base/text.hpp>
#include <harness/vm/linux/console_messages.hpp>
#include <harness/vm/linux/job.hpp>
#include <harness/vm/linux/migration.hpp>
#include <harness/vm/linux/shell.hpp>

namespace memgrade::vm {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t evidence_bytes = 1U << 20;
constexpr auto key_delay = 10ms;  // between looks for what was typed
constexpr auto restore_timeout = 60s;
constexpr double longest_s = 7 * 86400.0;  // a shell that somebody forgot

// Between the guest and the person: what the kernel says before there is a shell is kept for the case that
// there will be none, and what is typed before waits.
class Line {
 public:
  explicit Line(const Terminal& terminal) : terminal_(terminal) {}

  void take(std::string_view bytes) {
    if (there_) return terminal_.show(bytes);
    before_ += bytes;
    const std::size_t mark = before_.find(agent_shell);
    const std::size_t end = mark == std::string::npos ? mark : before_.find('\n', mark);
    if (end == std::string::npos) return;
    there_ = true;
    terminal_.show(std::string_view(before_).substr(end + 1));
  }
  [[nodiscard]] bool there() const { return there_; }

 private:
  const Terminal& terminal_;
  std::string before_;
  bool there_ = false;
};

// What the person typed goes to the guest when there is a shell.
void converse(Machine& machine, const Line& line, const Terminal& terminal,
              Machine::Clock::time_point deadline) {
  if (!line.there()) {
    if (Machine::Clock::now() > deadline)
      machine.end(GuestTermination::wall_timeout, "the guest does not come up");
    return;
  }
  const std::string typed = terminal.typed();
  const std::size_t end = typed.find(terminal_end_field);
  machine.type(std::string_view(typed).substr(0, end));
  if (end != std::string::npos) machine.end(GuestTermination::stopped, "ended from outside");
}

std::string how_it_ended(const GuestRun& run, bool there) {
  if (run.termination == GuestTermination::shutdown && run.exit_code == agent_done_status) return {};
  if (!there) {
    const std::string& said = run.console.bytes;
    return fmt::format("it did not come up ({} {}). Its last words:\n{}", to_string(run.termination),
                       run.reason,
                       printable(said.substr(said.size() - std::min<std::size_t>(said.size(), 1000))));
  }
  if (run.termination == GuestTermination::stopped || run.termination == GuestTermination::wall_timeout)
    return run.reason;
  if (run.exit_code == agent_gave_up_status) return agent_words(run.console.bytes);
  const std::string panic = panic_sentence(run.console.bytes);
  if (!panic.empty()) return panic;
  return fmt::format("the machine ended ({})", to_string(run.termination));
}

}  // namespace

Result<std::string> run_shell(const JobPlace& place, int state, std::vector<GuestFile> files,
                              const Terminal& terminal, std::stop_token stop, bool& restored) {
  const auto key = random_field();
  if (!key) return std::unexpected(key.error());
  const GuestJob job{.steps = fmt::format("shell console {} {}\n", terminal.rows, terminal.columns),
                     .files = std::move(files)};
  auto bytes = encode_job(job, *key, evidence_bytes);
  if (!bytes) return std::unexpected(bytes.error());
  const auto records = RecordFile::make();
  if (!records) return std::unexpected(records.error());
  const MachinePlan plan = restore_plan(place.machine, std::move(*bytes), evidence_bytes);
  const GuestLimits limits{.wall_s = longest_s, .quiet_s = 0, .output_bytes = 0};
  Line line(terminal);
  auto started = place.start(
      {.machine = plan, .limits = limits, .tap = [&line](std::string_view came) { line.take(came); }},
      std::move(stop));
  if (!started) return std::unexpected(started.error());
  Machine& machine = **started;
  Machine::Clock::time_point deadline;
  const auto run = run_to_end(machine, {.hand_over =
                                            [&] {
                                              Status begun = restore(machine, *records, state);
                                              deadline = Machine::Clock::now() + restore_timeout;
                                              return begun;
                                            },
                                        .look = [&] { converse(machine, line, terminal, deadline); },
                                        .interval = key_delay});
  restored = machine.has_run();
  if (!run) return std::unexpected(run.error());
  return how_it_ended(*run, line.there());
}

}  // namespace memgrade::vm
