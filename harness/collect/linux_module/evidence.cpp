#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/linux_module/evidence.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <harness/oracle/procfs/snapshot_json.hpp>
#include <set>

namespace memgrade::collect {
namespace {

using Parts = std::map<std::string, std::string>;  // kind -> bytes

constexpr std::size_t kMostTextBytes = 64U << 10;  // of a value or of what a process printed

const std::set<std::string> kMemoryKinds = {"maps",  "smaps", "stat", "status",
                                            "pages", "flags", "data", "code"};
const std::set<std::string> kSystemKinds = {"meminfo", "vmstat", "slabs", "modules", "tasks",
                                            "sysfs",   "proc",   "taint", "mounts"};

std::string as_text(const std::string& bytes) {
  return to_utf8(std::string_view(bytes).substr(0, kMostTextBytes));
}

class Grouping {
 public:
  Status take(const vm::GuestRecord& record);
  [[nodiscard]] Status finish(const vm::LinuxGuest::Ranges& ram, const std::string& module,
                              const std::string& console, ObservedJob& into);
  // The first step that did not come back, in words; "" when all did.
  std::string stuck;

 private:
  Status take_step(const vm::GuestRecord& record);
  Status take_exit(const vm::GuestRecord& record);

  GuestObservation observed_;
  std::map<std::string, Parts> memory_, system_;
  std::map<std::string, Stream> files_;
  std::string log_;
};

std::unexpected<Error> unreadable(const vm::GuestRecord& record) {
  return fail(ErrorKind::infrastructure, "the agent's record cannot be read: " + quote(record.bytes),
              fmt::format("{} {}", record.kind, record.name));
}

// Of a step that is repeated, the last failure stands, and how many there were and failed; when none failed,
// the last time. One that did not come back is late, whatever came after it.
Status Grouping::take_step(const vm::GuestRecord& record) {
  const Json said = Json::parse(record.bytes, nullptr, false);
  if (!said.is_object() || !said.value("verb", Json()).is_string()) return unreadable(record);
  StepOutcome& step = observed_.steps[record.name];
  const bool late = said.value("timed_out", false);
  const bool failed = said.value("result", 0) != 0 || late;
  ++step.count;
  if (failed) ++step.failed;
  if (failed || step.failed == 0) {
    step.result = said.value("result", 0);
    step.error = said.value("errno", 0);
    step.ms = said.value("ms", 0.0);
  }
  step.timed_out = late || step.timed_out;
  const std::string verb = said.at("verb").get<std::string>();
  const bool waits_for_a_program = verb == "await" || verb == "join";
  if (late && stuck.empty() && !waits_for_a_program)
    stuck = fmt::format("{} (step {}) did not come back within {:.0f} ms", verb, record.name,
                        said.value("ms", 0.0));
  return {};
}

Status Grouping::take_exit(const vm::GuestRecord& record) {
  const Json said = Json::parse(record.bytes, nullptr, false);
  if (!said.is_object()) return unreadable(record);
  const auto number = [&](const char* key) -> std::optional<int> {
    const Json value = said.value(key, Json());
    return value.is_number_integer() ? std::optional(value.get<int>()) : std::nullopt;
  };
  observed_.exits[record.name] = {number("status"), number("signal")};
  return {};
}

Status Grouping::take(const vm::GuestRecord& record) {
  const std::string& kind = record.kind;
  if (kind == "step") return take_step(record);
  if (kind == "exit") return take_exit(record);
  if (kind == "text") {
    observed_.values[record.name] = as_text(record.bytes);
  } else if (kind == "mark") {
    observed_.timestamps[record.name] = record.time_s;
  } else if (kind == "out") {
    std::string& printed = observed_.printed[record.name];
    printed = as_text(printed + record.bytes);
  } else if (kind == "file") {
    Stream& file = files_[record.name];
    file = {record.bytes, record.cut, record.bytes.size()};
  } else if (kind == "log") {
    log_ += record.bytes;
  } else if (kMemoryKinds.contains(kind)) {
    memory_[record.name][kind] = record.bytes;
  } else if (kSystemKinds.contains(kind)) {
    system_[record.name][kind] = record.bytes;
  }
  return {};
}

// "region hot 0x7f0000 0x7f8000" of our own program.
void read_regions(const ByName<std::string>& printed, Json& regions) {
  for (const auto& [process, text] : printed) {
    for (const std::string_view line : split_lines(text)) {
      const auto words = split_words(line);
      if (words.size() != 4 || words[0] != "region") continue;
      const auto first = parse_hex(words[2]), end = parse_hex(words[3]);
      if (first && end && *end > *first) regions[words[1]] = {{"first", *first}, {"last", *end - 1}};
    }
  }
}

// The texts of those regions that lie in an observed data segment.
Json strings_in(const std::map<std::string, Parts>& observations, const Json& regions) {
  Json strings = Json::object();
  for (const auto& [name, parts] : observations) {
    const auto data = parts.find("data");
    if (data == parts.end()) continue;
    const auto segment = oracle::parse_segment(data->second, "data");
    if (!segment) continue;
    for (const auto& [region, range] : regions.items()) {
      const auto first = range.at("first").get<std::uint64_t>(), last = range.at("last").get<std::uint64_t>();
      if (first < segment->start || last >= segment->start + segment->bytes.size()) continue;
      const std::string text = segment->bytes.substr(first - segment->start, last + 1 - first);
      strings[region] = to_utf8(text.substr(0, text.find('\0')));
    }
  }
  return strings;
}

Status Grouping::finish(const vm::LinuxGuest::Ranges& ram, const std::string& module,
                        const std::string& console, ObservedJob& into) {
  read_regions(observed_.printed, into.regions);
  into.record.observed = std::move(observed_);
  into.record.files = std::move(files_);
  Json memory = Json::object(), system = Json::object();
  for (const auto& [name, parts] : memory_) {
    auto seen = oracle::memory_of(parts, ram);
    if (!seen) return std::unexpected(seen.error());
    memory[name] = std::move(*seen);
  }
  for (const auto& [name, parts] : system_) {
    auto seen = oracle::system_of(parts);
    if (!seen) return std::unexpected(seen.error());
    system[name] = std::move(*seen);
  }
  const auto log = oracle::joined_log(oracle::parse_kmsg(log_), oracle::parse_console(console));
  into.crashes = oracle::find_crash_reports(log, {module});
  into.oracle["memory"] = std::move(memory);
  into.oracle["system"] = std::move(system);
  into.oracle["log"] = oracle::log_json(log);
  into.oracle["strings"] = strings_in(memory_, into.regions);
  return {};
}

Termination termination_of(vm::JobTermination termination) {
  switch (termination) {
    case vm::JobTermination::done:
      return Termination::exited;
    case vm::JobTermination::panic:
    case vm::JobTermination::aborted:
      return Termination::panic;
    case vm::JobTermination::reset:
    case vm::JobTermination::poweroff:
      return Termination::reset;
    case vm::JobTermination::broken_evidence:
      return Termination::no_evidence;
    case vm::JobTermination::wall_timeout:
      return Termination::wall_timeout;
    case vm::JobTermination::cpu_timeout:
      return Termination::cpu_timeout;
    case vm::JobTermination::output_limit:
      return Termination::output_limit;
  }
  return Termination::no_evidence;
}

// A machine that came to its end may still have had a fault in its kernel, or a
// call that never came back. Named is the first report in the log: what comes after it may only follow from
// it.
void set_termination(const vm::JobRun& run, const std::string& stuck,
                     const std::vector<oracle::CrashReport>& crashes, RunRecord& record) {
  using enum oracle::CrashKind;
  static const std::set faults = {oops, bug, panic, double_fault, stack_overflow, stack_corruption};
  static const std::set hangs = {soft_lockup, hard_lockup, hung_task, rcu_stall};
  record.termination = termination_of(run.termination);
  record.limit = run.reason;
  const auto has_one_of = [&](const std::set<oracle::CrashKind>& kinds) {
    return std::ranges::any_of(crashes, [&](const auto& crash) { return kinds.contains(crash.kind); });
  };
  const auto first =
      std::ranges::find_if(crashes, [](const auto& crash) { return crash.kind != not_loaded; });
  if (has_one_of(faults)) {
    if (record.termination != Termination::panic) record.termination = Termination::oops;
    record.limit = first->explanation;
  } else if (record.termination == Termination::exited || is_timeout(record.termination)) {
    const bool hangs_in_log = has_one_of(hangs);
    if (!hangs_in_log && stuck.empty()) return;
    record.termination = Termination::hang;
    record.limit = hangs_in_log ? first->explanation : stuck;
  }
}

}  // namespace

Result<ObservedJob> observed_of(vm::JobRun& run, const vm::LinuxGuest::Ranges& ram,
                                const std::string& module) {
  ObservedJob observed;
  Grouping grouping;
  for (const vm::GuestRecord& record : run.records)
    if (auto taken = grouping.take(record); !taken) return std::unexpected(taken.error());
  RunRecord& record = observed.record;
  if (auto finished = grouping.finish(ram, module, run.console.bytes, observed); !finished)
    return std::unexpected(finished.error());
  set_termination(run, grouping.stuck, observed.crashes, record);
  record.out = std::move(run.console);
  record.wall_s = run.wall_s;
  record.cpu_s = run.cpu_s;
  record.peak_bytes = run.peak_bytes;
  return observed;
}

}  // namespace memgrade::collect
