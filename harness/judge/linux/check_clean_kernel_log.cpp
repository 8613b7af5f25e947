// No trouble in a guest's kernel log: no oops, no warning, no lockup.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/linux/guest_memory.hpp>
#include <harness/model/describe.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kLogLines = 80, kFrames = 24;

// "ktest.c:45", or "".
std::string line_of(const Json& place) {
  const std::string file = text_at(place, "file");
  const auto line = whole(param(place, "line"));
  return file.empty() || !line ? file : fmt::format("{}:{}", file, *line);
}

std::string lines_of(const Json& list, std::size_t most) {
  std::string text;
  if (!list.is_array()) return text;
  for (std::size_t i = 0; i < std::min(list.size(), most); ++i)
    if (list[i].is_string()) text += printable(list[i].get_ref<const std::string&>()) + "\n";
  if (list.size() > most) text += fmt::format("… and {} more lines\n", list.size() - most);
  return text;
}

std::string backtrace_of(const Json& frames) {
  std::string text;
  if (!frames.is_array()) return text;
  for (std::size_t i = 0; i < std::min(frames.size(), kFrames); ++i) {
    const std::string module = text_at(frames[i], "module"), line = line_of(frames[i]);
    text += fmt::format("  {}+{:#x}{}{}\n", text_at(frames[i], "function"),
                        whole(param(frames[i], "offset")).value_or(0),
                        module.empty() ? "" : fmt::format(" [{}]", module), line.empty() ? "" : "  " + line);
  }
  return text;
}

std::string detail_of(const Json& crash) {
  std::string text;
  const std::string source = lines_of(param(crash, "source"), 40);
  if (!source.empty()) text += fmt::format("{}\n{}\n", line_of(crash), source);
  const std::string frames = backtrace_of(param(crash, "backtrace"));
  if (!frames.empty()) text += "called by:\n" + frames + "\n";
  return text + "the kernel's log:\n" + lines_of(param(crash, "log"), kLogLines);
}

// "soft lockup" of "soft_lockup"
std::string kind_words(const Json& crash) {
  return replace_all(text_at(crash, "kind"), "_", " ");
}

// What one run's log tells: the first report, and those behind it, which may only follow from it.
struct LogOfRun {
  std::string run;
  std::vector<const Json*> crashes;  // those that are not allowed
  std::optional<Verdict> verdict;    // when there is no log to go by
};

LogOfRun log_of(const std::string& run, const std::vector<std::string>& allowed, const Observed& observed) {
  const std::string expected = "no trouble in the kernel log";
  const RunRecord* const record = find_run(observed.evidence, run);
  const Json& list = crash_reports(observed, run);
  LogOfRun log{run, {}, {}};
  if (record == nullptr || observed.evidence.unobserved || !list.is_array()) {
    const bool no_run = list.is_array() || record == nullptr;
    log.verdict = missing_fact(observed, no_run ? run : fmt::format("oracle.{}.troubles", run), expected);
    return log;
  }
  for (const Json& crash : list)
    if (std::ranges::find(allowed, text_at(crash, "kind")) == allowed.end()) log.crashes.push_back(&crash);
  // An allowed trouble may be how a guest ended; nothing else explains a log without its end.
  const bool explained = !list.empty() && (record->termination == Termination::oops ||
                                           record->termination == Termination::panic ||
                                           record->termination == Termination::hang);
  if (log.crashes.empty() && record->termination != Termination::exited && !explained)
    log.verdict = fail_verdict(expected, "a log without its end",
                               fmt::format("the guest {}", describe_termination(*record)));
  return log;
}

bool at_the_same_place(const Json& a, const Json& b) {
  for (const char* key : {"kind", "function", "offset", "module"})
    if (param(a, key) != param(b, key)) return false;
  return true;
}

std::string message_of(const Json& crash) {
  std::string message = text_at(crash, "sentence");
  if (message.empty()) message = "the kernel's log tells of trouble";
  if (const std::string line = line_of(crash); !line.empty() && message.find(line) == std::string::npos)
    message += fmt::format(" ({})", line);
  if (const auto times = whole(param(crash, "times")); times && *times > 1)
    message += fmt::format(", {} times", *times);
  return message;
}

// Told is the first report of the first log; the first of another log is another cause when it is at another
// place, and what stands behind a first report follows from it.
Verdict crash_verdict(const std::vector<LogOfRun>& logs) {
  const Json& first = *logs.front().crashes.front();
  std::size_t more = 0;
  std::string also;
  for (const LogOfRun& log : logs) {
    if (const Json& other = *log.crashes.front(); !at_the_same_place(first, other)) {
      ++more;
      also += fmt::format("\nalso: {}\n", message_of(other));
    }
    for (std::size_t i = 1; i < log.crashes.size(); ++i)
      also += fmt::format("\nafter it, and perhaps only because of it: {}\n", message_of(*log.crashes[i]));
  }
  const std::string observed = kind_words(first) + (more > 0 ? fmt::format(" and {} more", more) : "");
  Verdict verdict = fail_verdict("no trouble in the kernel log", observed, message_of(first));
  verdict.detail = detail_of(first) + also;
  return verdict;
}

Verdict check_clean_kernel_log(const Json& params, const Observed& observed) {
  const auto allowed = texts_param(params, "allow");
  const auto runs = texts_param(params, "run");
  std::vector<LogOfRun> logs;
  std::vector<std::string> broken;
  std::optional<Verdict> verdict;
  for (const std::string& run : runs) {
    LogOfRun log = log_of(run, allowed, observed);
    if (log.verdict || !log.crashes.empty()) broken.push_back(run);
    if (!verdict) verdict = log.verdict;
    if (!log.crashes.empty()) logs.push_back(std::move(log));
  }
  if (runs.empty()) return fail_verdict("", "", "the case does not say whose log");
  if (!logs.empty()) verdict = crash_verdict(logs);
  if (!verdict) return pass_verdict("no trouble in the kernel log", "none");
  verdict->broke_runs = std::move(broken);
  return *verdict;
}

}  // namespace

Checker clean_kernel_log_checker() {
  FieldSpec run = run_field("The guest's job, or several.");
  run.list = true;
  return {
      {.name = "clean_kernel_log",
       .doc = "The kernel of a guest had no trouble: no oops, BUG, warning, lockup, broken list, leftover "
              "name. Shows the line of the source where that is known, the backtrace and the log.",
       .fields = {std::move(run),
                  {.key = "allow",
                   .type = FieldType::choice,
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "Kinds of trouble that are no matter here.",
                   .choices = oracle::crash_kinds()}}},
      check_clean_kernel_log};
}

}  // namespace memgrade::judge
