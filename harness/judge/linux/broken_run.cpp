#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/linux/guest_memory.hpp>

namespace memgrade::judge {
namespace {

bool is_fatal(const Json& report) {
  constexpr auto kinds = std::to_array<std::string_view>({"oops", "bug", "panic", "double_fault",
                                                          "stack_overflow", "stack_corruption", "hung_task",
                                                          "soft_lockup", "hard_lockup", "rcu_stall"});
  return std::ranges::find(kinds, text_at(report, "kind")) != kinds.end();
}

}  // namespace

const Json& crash_reports(const Observed& observed, std::string_view run) {
  return fact(observed, fmt::format("oracle.{}.troubles", run));
}

bool has_fatal_report(const Observed& observed, std::string_view run) {
  const Json& reports = crash_reports(observed, run);
  return reports.is_array() && std::ranges::any_of(reports, is_fatal);
}

bool is_broken(const Observed& observed, std::string_view run) {
  const RunRecord* const record = find_run(observed.evidence, run);
  return has_fatal_report(observed, run) || (record != nullptr && record->termination != Termination::exited);
}

Verdict in_run(Verdict verdict, const Observed& observed, std::string_view run) {
  if (!verdict.passed && is_broken(observed, run)) verdict.in_broken_run = run;
  return verdict;
}

}  // namespace memgrade::judge
