#include <fmt/format.h>

#include <array>
#include <harness/base/text.hpp>
#include <harness/vm/linux/console_messages.hpp>
#include <harness/vm/linux/job.hpp>
#include <harness/vm/linux/migration.hpp>
#include <harness/vm/linux/records.hpp>
#include <harness/vm/linux/run_job.hpp>

namespace memgrade::vm {
namespace {

constexpr std::uint64_t evidence_slack = 4U << 20;

void decide(JobRun& run, const GuestRun& machine, const RecordStream& stream) {
  run.reason = machine.reason;
  switch (machine.termination) {
    case GuestTermination::wall_timeout:
    case GuestTermination::silence:
      run.termination = JobTermination::wall_timeout;
      return;
    case GuestTermination::cpu_timeout:
      run.termination = JobTermination::cpu_timeout;
      return;
    case GuestTermination::output_limit:
      run.termination = JobTermination::output_limit;
      return;
    case GuestTermination::aborted:
      run.termination = JobTermination::aborted;
      return;
    case GuestTermination::reset:
      run.reason = panic_sentence(machine.console.bytes);
      run.termination = run.reason.empty() ? JobTermination::reset : JobTermination::panic;
      if (run.reason.empty()) run.reason = "the machine was reset without a word";
      return;
    default:
      break;
  }
  if (machine.exit_code == 0) {
    run.termination = JobTermination::poweroff;
    run.reason = "the machine was switched off in the middle of the job";
    return;
  }
  run.termination = JobTermination::broken_evidence;
  run.reason =
      machine.exit_code == agent_gave_up_status ? agent_words(machine.console.bytes) : stream.trouble;
}

std::string_view fault_of(const std::vector<GuestRecord>& records) {
  for (const GuestRecord& record : records) {
    if (record.kind == "fault") return record.bytes;
  }
  return {};
}

Result<JobRun> conclude(GuestRun machine, const RecordFile& file, const RecordKey& key,
                        const JobLimits& limits) {
  const auto bytes = file.read(limits.evidence_bytes + evidence_slack);
  if (!bytes) return std::unexpected(bytes.error());
  RecordStream stream = read_records(*bytes, key);
  if (const std::string_view fault = fault_of(stream.records); !fault.empty()) {
    return fail(ErrorKind::case_file, fmt::format("the guest's agent refuses the job: {}", fault));
  }
  if (stream.records.empty() && machine.exit_code == agent_gave_up_status) {
    return fail(ErrorKind::infrastructure, agent_words(machine.console.bytes));
  }
  JobRun run;
  if (!stream.whole) decide(run, machine, stream);
  run.records = std::move(stream.records);
  run.console = std::move(machine.console);
  run.emulator = std::move(machine.emulator);
  run.wall_s = machine.wall_s;
  run.cpu_s = machine.cpu_s;
  run.peak_bytes = machine.peak_bytes;
  return run;
}

}  // namespace

std::string_view to_string(JobTermination termination) {
  constexpr std::array<std::string_view, 9> words = {"done",        "panic",           "reset",
                                                     "poweroff",    "broken_evidence", "wall_timeout",
                                                     "cpu_timeout", "output_limit",    "aborted"};
  const auto index = static_cast<std::size_t>(termination);
  return index < words.size() ? words[index] : "unknown";
}

Result<JobRun> run_job(const JobPlace& place, int state, const GuestJob& job, const JobLimits& limits,
                       std::stop_token stop, bool& restored) {
  const auto key = random_field();
  if (!key) return std::unexpected(key.error());
  auto bytes = encode_job(job, *key, limits.evidence_bytes);
  if (!bytes) return std::unexpected(bytes.error());
  const auto file = RecordFile::make();
  if (!file) return std::unexpected(file.error());
  const MachinePlan plan = restore_plan(place.machine, std::move(*bytes), limits.evidence_bytes);
  const GuestLimits machine_limits{.wall_s = limits.wall_s,
                                   .quiet_s = 0,
                                   .cpu_s = limits.cpu_s,
                                   .console_bytes = limits.console_bytes,
                                   .output_bytes = limits.output_bytes};
  auto started = place.start({.machine = plan, .limits = machine_limits}, std::move(stop));
  if (!started) return std::unexpected(started.error());
  Machine& machine = **started;
  HangWatch hang(machine, *file);
  auto ended = run_to_end(machine, {.hand_over = [&]() -> Status {
                                      const Status ready = restore(machine, *file, state);
                                      // It may be over before the last answer comes.
                                      return machine.has_run() ? Status() : ready;
                                    },
                                    .look =
                                        [&] {
                                          if (!hang.look())
                                            machine.end(GuestTermination::silence,
                                                        "the kernel hangs, and does not hear an NMI");
                                        },
                                    .interval = std::chrono::milliseconds(200)});
  restored = machine.has_run();
  if (!ended) return std::unexpected(ended.error());
  auto run = conclude(std::move(*ended), *file, *key, limits);
  if (run && hang.hung()) {
    run->hung = true;
    run->reason = "the kernel hangs; stopped from outside, it says: " + run->reason;
  }
  return run;
}

}  // namespace memgrade::vm
