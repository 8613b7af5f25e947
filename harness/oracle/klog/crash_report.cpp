// From the log's entries to reports, and from reports to troubles.
//
// A report begins with a headline and goes on for as long as lines look like a report's; a few other lines
// may stand between, because whatever else runs prints too. A general headline ("kernel BUG at", "Oops:
// 0000") that comes before the report has got to its registers belongs to the more particular one before it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <harness/base/text.hpp>
#include <harness/oracle/klog/backtrace.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/explain.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <harness/oracle/klog/signatures.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::size_t kMostCrashReports = 64, kMostLines = 200, kMostFrames = 40;
constexpr std::size_t kStrangeLines = 3;  // in a row, inside a report; a lock's has prose in it
constexpr std::size_t kStrangeLinesOfLocks = 12;
constexpr std::int64_t kPause_us = 500'000;  // that a report does not make within itself
constexpr std::int64_t kSoon_us = 5'000'000;

using Log = std::vector<LogEntry>;

bool within(const LogEntry& before, const LogEntry& after, std::int64_t most_us) {
  return !before.time_us || !after.time_us || *after.time_us - *before.time_us <= most_us;
}

bool has_registers(std::string_view text) {
  return text.starts_with("CPU: ") || text.starts_with("RIP: ") || text.starts_with("Call Trace") ||
         parse_frame(text).has_value();
}

// Every sign in the table is printed by the kernel as a warning or worse. What stands in the log as a
// notice, as information or for debugging is another's text, a module's most likely; and what a program wrote
// there is no kernel's at all.
std::optional<Signature> signature_at(const LogEntry& entry) {
  constexpr int kWarning = 4;
  return entry.kernel && entry.level <= kWarning ? signature_of(entry.text) : std::nullopt;
}

struct Report {
  CrashKind kind = CrashKind::bug;
  std::size_t first = 0, signature = 0, last = 0;  // entries; last belongs to it
  bool has_trace = false;
};

// Whether a headline inside a report is of the same trouble.
bool joins(const Report& report, const Signature& next) {
  using enum CrashKind;
  if (!report.has_trace) return next.general || next.kind == report.kind;
  return next.kind == report.kind && (next.kind == leftover || next.kind == out_of_memory);
}

// The line that a kernel prints before, with what the general headline is about.
std::size_t first_line(const Log& log, std::size_t signature, std::size_t free_from) {
  constexpr std::size_t kMost = 6;
  for (std::size_t back = 1; back <= kMost && signature - back + 1 > free_from; ++back) {
    if (is_cut_here(log[signature - back].text)) return signature - back;
    if (!within(log[signature - back], log[signature], kPause_us)) break;
  }
  return signature;
}

// Entries before `free_from` belong to another report.
Report read_report(const Log& log, std::size_t signature, const Signature& of, std::size_t free_from) {
  Report report{of.kind, first_line(log, signature, free_from), signature, signature, false};
  const std::size_t most_strange = of.kind == CrashKind::lockdep ? kStrangeLinesOfLocks : kStrangeLines;
  std::size_t strange = 0;
  for (std::size_t at = signature + 1; at < log.size() && at - signature < kMostLines; ++at) {
    const std::string& text = log[at].text;
    if (!within(log[at - 1], log[at], kPause_us)) break;
    if (ends_report(text)) {
      report.last = at;
      break;
    }
    if (const auto next = signature_at(log[at])) {
      if (!joins(report, *next)) break;
      report.last = at;
      strange = 0;
      continue;
    }
    if (is_cut_here(text) && report.has_trace) break;
    if (belongs_to_report(text) || is_cut_here(text)) {
      report.last = at;
      strange = 0;
      report.has_trace = report.has_trace || has_registers(text);
    } else if (!text.empty() && ++strange > most_strange) {
      break;
    }
  }
  return report;
}

std::string task_of(std::string_view text) {
  const std::size_t comm = text.find(" Comm: ");
  if (comm != std::string_view::npos) {
    const std::string_view rest = text.substr(comm + 7);
    const std::size_t end = std::min(rest.find(" Tainted: "), rest.find(" Not tainted"));
    return std::string(trim(rest.substr(0, end)));
  }
  if (!text.starts_with("INFO: task ")) return {};
  const std::string_view rest = text.substr(11, text.find(" blocked for") - 11);
  return std::string(rest.substr(0, rest.rfind(':')));
}

// The offset behind the first `words`, or npos.
std::size_t behind(std::string_view text, std::string_view words) {
  const std::size_t at = text.find(words);
  return at == std::string_view::npos ? at : at + words.size();
}

// "kernel BUG at mm/slub.c:305!", "WARNING: CPU: 0 PID: 8 at mm/gup.c:10 name+0x…", "UBSAN: … in a.c:4:2".
void read_line_of(std::string_view text, CrashReport& crash) {
  std::size_t at = std::string_view::npos;
  if (text.starts_with("kernel BUG at ")) at = 14;
  if (text.starts_with("WARNING: CPU: ")) at = behind(text, " at ");
  if (at == std::string_view::npos && text.starts_with("WARNING: ") && text.find(", CPU#") < text.size())
    at = 9;
  if (text.starts_with("UBSAN: ")) at = behind(text, " in ");
  if (at >= text.size() || !crash.file.empty()) return;
  const std::string_view place = text.substr(at, text.find(' ', at) - at);
  const std::size_t colon = place.find(':');
  if (colon == std::string_view::npos) return;
  int line = 0;
  const std::string_view digits = place.substr(colon + 1);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), line).ec != std::errc{}) return;
  crash.file = place.substr(0, colon);
  crash.line = line;
}

bool of_interest(const CodePlace& place, const std::vector<std::string>& modules) {
  if (place.module.empty()) return false;
  return modules.empty() || std::ranges::find(modules, place.module) != modules.end();
}

void find_place(CrashReport& crash, const std::vector<std::string>& modules) {
  if (crash.rip && of_interest(*crash.rip, modules)) {
    crash.place = crash.rip;
    return;
  }
  const auto frame = std::ranges::find_if(
      crash.backtrace, [&](const CodePlace& place) { return of_interest(place, modules); });
  if (frame != crash.backtrace.end())
    crash.place = *frame;
  else if (crash.rip && !crash.rip->function.starts_with("0x"))
    crash.place = crash.rip;
}

std::string stamped(const LogEntry& entry) {
  return entry.time_us ? fmt::format("[{:5}.{:06}] {}", *entry.time_us / 1'000'000,
                                     *entry.time_us % 1'000'000, entry.text)
                       : entry.text;
}

// What a warning is about stands between the cut and the headline.
std::string title_of(const Log& log, const Report& report) {
  const std::string& signature = log[report.signature].text;
  const bool words_before = report.signature > report.first + 1;
  return words_before && signature.starts_with("WARNING: ") ? log[report.first + 1].text : signature;
}

// Other traces in a report: who allocated the memory, who held the lock.
bool is_other_trace(std::string_view text) {
  return text.starts_with("Allocated by task") || text.starts_with("Freed by task") ||
         text.starts_with("Last potentially related") || text.starts_with("Showing all locks") ||
         text.starts_with("RIP: 0033:");
}

CrashReport crash_report_of(const Log& log, const Report& report, const std::vector<std::string>& modules) {
  CrashReport crash;
  crash.kind = report.kind;
  crash.title = title_of(log, report);
  crash.time_us = log[report.signature].time_us;
  bool own_trace = true;
  for (std::size_t at = report.first; at <= report.last; ++at) {
    if (!log[at].kernel) continue;
    const std::string& text = log[at].text;
    crash.log.push_back(stamped(log[at]));
    read_line_of(text, crash);
    if (crash.comm.empty()) crash.comm = task_of(text);
    own_trace = own_trace && !is_other_trace(text);
    if (!crash.rip) crash.rip = parse_rip(text);
    const auto frame = own_trace ? parse_frame(text) : std::nullopt;
    const bool useless =
        !frame || frame->guess || (crash.backtrace.empty() && tells_nothing(frame->place.function));
    if (!useless && crash.backtrace.size() < kMostFrames) crash.backtrace.push_back(frame->place);
  }
  find_place(crash, modules);
  crash.explanation = explanation_of(crash);
  return crash;
}

// A panic that only says that something before it was fatal.
bool is_consequence(const LogEntry& entry) {
  for (const std::string_view words :
       {"Fatal exception", "softlockup: hung tasks", "hung_task: blocked tasks", "panic_on_warn set",
        "RCU Stall", "panic_on_oops", "Attempted to kill init", "Fatal hardware error"})
    if (entry.text.find(words) != std::string::npos) return true;
  return false;
}

std::string without_numbers(std::string_view text) {
  std::string rest;
  for (const char letter : text)
    if (letter < '0' || letter > '9') rest += letter;
  return rest;
}

// A task that is stuck is told of again and again, each time at another instruction.
bool is_stuck(CrashKind kind) {
  using enum CrashKind;
  return kind == hung_task || kind == soft_lockup || kind == hard_lockup || kind == rcu_stall;
}

bool same_crash(const CrashReport& a, const CrashReport& b) {
  if (is_stuck(a.kind) && a.kind == b.kind) return a.comm == b.comm;
  return a.kind == b.kind && a.rip == b.rip && a.place == b.place &&
         (a.place || without_numbers(a.title) == without_numbers(b.title));
}

void add(std::vector<CrashReport>& crashes, CrashReport crash) {
  const auto same = std::ranges::find_if(crashes, [&](const CrashReport& t) { return same_crash(t, crash); });
  if (same != crashes.end())
    ++same->times;
  else if (crashes.size() < kMostCrashReports)
    crashes.push_back(std::move(crash));
}

}  // namespace

std::vector<CrashReport> find_crash_reports(const std::vector<LogEntry>& log,
                                            const std::vector<std::string>& modules) {
  std::vector<CrashReport> crashes;
  const LogEntry* before = nullptr;  // the last line of the last report
  std::size_t free_from = 0;
  for (std::size_t at = 0; at < log.size(); ++at) {
    const auto signature = signature_at(log[at]);
    if (!signature) continue;
    const Report report = read_report(log, at, *signature, free_from);
    const bool alone = signature->needs_trace && !report.has_trace;
    const bool known = signature->kind == CrashKind::panic && before != nullptr && is_consequence(log[at]) &&
                       within(*before, log[at], kSoon_us);
    if (!alone && !known) {
      add(crashes, crash_report_of(log, report, modules));
      before = &log[report.last];
    }
    if (known && !crashes.empty()) {
      crashes.back().log.push_back(stamped(log[at]));
      if (!crashes.back().explanation.ends_with("stopped"))
        crashes.back().explanation += "; the kernel stopped";
    }
    at = alone ? at : report.last;
    free_from = at + 1;
  }
  return crashes;
}

}  // namespace memgrade::oracle
