// Points and statuses.
//
//   share  = Σ weight·fraction / Σ weight over the checks that are no gates; 1 when there are gates alone
//   capped = the least of share and the caps of the gates that do not pass
//   score  = points · capped
//
// A check that could not look, and whose case does not take that for a failure, is no check here: a note says
// why. When a person must look, or nothing is left that earns points, the task is pending.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <harness/base/text.hpp>
#include <harness/facts/facts.hpp>
#include <harness/judge/judge.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/visibility.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kLineBytes = 240, kMessageBytes = 1000, kDetailBytes = 16 << 10, kDiagnostics = 100;
// Shares are sums of decimal fractions in binary.
constexpr double kFull = 1 - 1e-9;

std::string on_one_line(std::string_view text, std::size_t max_bytes) {
  std::string line = printable(shorten(text, 4 * max_bytes));
  std::ranges::replace(line, '\n', ' ');
  return shorten(trim(line), max_bytes);
}

CheckReport report_of(const CheckSpec& spec, const Verdict& verdict) {
  CheckReport report;
  report.checker = spec.checker;
  report.title = spec.title;
  report.passed = verdict.passed;
  report.fraction = verdict.passed                    ? 1
                    : std::isfinite(verdict.fraction) ? std::clamp(verdict.fraction, 0.0, 1.0)
                                                      : 0;
  report.weight = spec.weight;
  report.gate = spec.gate;
  report.cap = spec.cap;
  report.expected = on_one_line(verdict.expected, kLineBytes);
  report.observed = on_one_line(verdict.observed, kLineBytes);
  report.message = on_one_line(verdict.message, kMessageBytes);
  report.detail = shorten(printable(verdict.detail), kDetailBytes);
  if (!verdict.passed) report.hint = verdict.hint.empty() ? spec.hint : verdict.hint;
  report.figure = verdict.figure;
  report.visibility = spec.visibility;
  return report;
}

bool looks_at(const CheckSpec& check, const std::string& variant) {
  return check.variants.empty() || std::ranges::find(check.variants, variant) != check.variants.end();
}

Verdict run_check(const CheckSpec& spec, const Observed& observed) {
  const Checker* const checker = find_checker(spec.checker);
  if (checker == nullptr)
    return fail_verdict("", "", fmt::format("there is no check named {}", quote(spec.checker)));
  return checker->check(spec.params, observed);
}

// Why the run that a check looks at was not made: the submission does not offer its setting. nullptr when it
// was made.
const std::string* cause_not_offered(const CheckSpec& spec, const Evidence& evidence) {
  for (const auto& [run, cause] : evidence.not_offered)
    for (const char* const key : {"run", "fact", "to"}) {
      const auto name = spec.params.find(key);
      if (name == spec.params.end() || !name->is_string()) continue;
      const std::string& text = name->get_ref<const std::string&>();
      if (text == run || text.starts_with(run + ".")) return &cause;
    }
  const auto search = evidence.not_offered.find("search");
  return search != evidence.not_offered.end() && spec.params.contains("in") ? &search->second : nullptr;
}

// The cause is told once, by the task's message; the rows only say that they follow from it.
Verdict not_offered(const std::string& cause, TaskReport& report) {
  if (report.message.empty()) report.message = on_one_line("the program " + cause, kMessageBytes);
  Verdict verdict = fail_verdict("", "", "the program does not offer this setting");
  verdict.inconclusive = true;
  return verdict;
}

// What the gates leave of the points.
double cap_of(const std::vector<CheckReport>& checks) {
  double cap = 1;
  for (const CheckReport& check : checks)
    if (check.gate && !check.passed) cap = std::min(cap, std::clamp(check.cap, 0.0, 1.0));
  return cap;
}

double share_of(const std::vector<CheckReport>& checks) {
  double earned = 0, weights = 0;
  bool any_fails = checks.empty();
  for (const CheckReport& check : checks) {
    any_fails = any_fails || !check.passed;
    if (check.gate) continue;
    earned += check.weight * check.fraction;
    weights += check.weight;
  }
  // Gates alone, or checks that all weigh nothing.
  const bool only_gates = std::ranges::all_of(checks, &CheckReport::gate);
  const double share = weights > 0 ? earned / weights : any_fails && !only_gates ? 0 : 1;
  return checks.empty() ? 0 : std::min(share, cap_of(checks));
}

double rounded(double points) {
  return std::round(points * 1e6) / 1e6;
}

// The worst that befell a run: a crash before a timeout. nullptr when all came to an end.
const RunRecord* worst_end(const std::vector<RunRecord>& runs) {
  const auto crashed =
      std::ranges::find_if(runs, [](const RunRecord& run) { return is_crash(run.termination); });
  if (crashed != runs.end()) return &*crashed;
  const auto late =
      std::ranges::find_if(runs, [](const RunRecord& run) { return is_timeout(run.termination); });
  return late != runs.end() ? &*late : nullptr;
}

void set_status(TaskReport& report, double share, const Task& task, const Evidence& evidence) {
  if (share >= kFull) {
    report.status = TaskStatus::pass;
    return;
  }
  const RunRecord* const worst = worst_end(evidence.runs);
  if (worst == nullptr) {
    report.status = share > 0 ? TaskStatus::partial : TaskStatus::fail;
    return;
  }
  report.status = is_timeout(worst->termination) ? TaskStatus::timeout : TaskStatus::crash;
  const std::string text = fmt::format("the {} {}", word_of(evidence.subject), describe_termination(*worst));
  if (is_hidden(task, *worst))
    report.staff_notes.push_back(fmt::format("run {}: {}", quote(worst->name), text));
  else
    report.message = on_one_line(text, kMessageBytes);
}

bool has_search(const Evidence& evidence) {
  return !std::holds_alternative<std::monostate>(evidence.search);
}

// Of the differences that a check tells the student of.
void add_search_inputs(TaskReport& report, const Task& task, const Evidence& evidence) {
  const auto* const search = std::get_if<DifferentialSearch>(&evidence.search);
  if (search == nullptr) return;
  for (const CheckSpec& check : task.judge) {
    const FoundDifference* const found = search->differences.find(text_param(check.params, "in"));
    if (check.visibility == Visibility::staff || found == nullptr) continue;
    for (const auto& [name, place] : found->inputs)
      if (std::ranges::find(report.inputs, place) == report.inputs.end()) report.inputs.push_back(place);
  }
}

void add_commands(TaskReport& report, const Task& task, const Evidence& evidence) {
  const auto add = [](std::vector<std::string>& list, std::string text) {
    if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
  };
  const bool of_the_build = evidence.runs.empty() && !has_search(evidence) && evidence.build;
  for (const RunRecord& run : of_the_build ? evidence.build->steps : evidence.runs) {
    if (run.command.empty()) continue;
    const std::string command = printable(run.command);
    if (!of_the_build && is_hidden(task, run))
      add(report.staff_notes, fmt::format("run {}: {}", quote(run.name), command));
    else
      for (const std::string_view line : split_lines(command)) add(report.commands, std::string(line));
    if (!of_the_build && !is_hidden(task, run))
      for (const auto& [name, place] : run.inputs) add(report.inputs, place);
  }
  add_search_inputs(report, task, evidence);
}

// The build's findings belong to the task that is about the build, and to every task when there is no
// program.
void add_diagnostics(TaskReport& report, const Evidence& evidence) {
  if (!evidence.build) return;
  const bool about_build = evidence.runs.empty() && !has_search(evidence);
  if (!about_build && evidence.build->succeeded) return;
  const auto rank = [](const Diagnostic& diagnostic) {
    return diagnostic.severity == "error" || diagnostic.severity == "fatal error" ? 0
           : diagnostic.severity == "warning"                                     ? 1
                                                                                  : 2;
  };
  std::vector<Diagnostic> diagnostics = evidence.build->diagnostics;
  std::ranges::stable_sort(diagnostics, {}, rank);
  if (diagnostics.size() > kDiagnostics) {
    report.notes.push_back(
        fmt::format("{} more of the compiler's findings are not shown", diagnostics.size() - kDiagnostics));
    diagnostics.resize(kDiagnostics);
  }
  report.diagnostics = std::move(diagnostics);
}

TaskReport blank_report(const Task& task) {
  TaskReport report;
  report.task = task.name;
  report.title = task.title;
  report.max_score = task.informational ? 0 : task.points;
  report.informational = task.informational;
  report.questions = task.questions;
  return report;
}

void add_notes(TaskReport& report, const Task& task, const Evidence& evidence) {
  std::vector<std::string>& notes = all_hidden(task) ? report.staff_notes : report.notes;
  for (const std::string& note : evidence.notes) notes.push_back(printable(note));
}

TaskReport not_observed(const Task& task, std::string why) {
  TaskReport report = blank_report(task);
  report.status = TaskStatus::infra_error;
  report.message = std::move(why);
  return report;
}

// The checks of a task that could not look and do not count as failed.
struct Inconclusive {
  bool any = false, person = false;
  std::string why;  // of the first
  std::vector<std::string> details;

  void add(const CheckSpec& check, const Verdict& verdict, TaskReport& report) {
    any = true;
    person = person || check.on_inconclusive == OnInconclusive::person;
    if (why.empty()) why = verdict.message;
    std::vector<std::string>& notes =
        check.visibility == Visibility::staff ? report.staff_notes : report.notes;
    notes.push_back(
        on_one_line(fmt::format("not looked at: {}: {}", check.title, verdict.message), kMessageBytes));
    if (!verdict.detail.empty() && std::ranges::find(details, verdict.detail) == details.end())
      details.push_back(verdict.detail);
  }

  // What the person needs for it, each once.
  void add_details(TaskReport& report) const {
    for (const std::string& detail : details)
      for (const std::string_view line : split_lines(detail))
        report.notes.push_back(on_one_line(line, kMessageBytes));
  }

  // Not when the points are lost whatever a person finds.
  [[nodiscard]] bool leaves_it_to_a_person(const std::vector<CheckReport>& seen) const {
    const bool nothing_left = any && std::ranges::all_of(seen, &CheckReport::gate);
    return (person || nothing_left) && cap_of(seen) > 0;
  }
};

TaskReport settled(TaskReport report, CheckReport check) {
  report.status = TaskStatus::fail;
  report.message = check.message;
  report.checks = {std::move(check)};
  return report;
}

struct Judged {
  CheckReport report;
  Verdict verdict;
};

// One cause costs once: what failed in a run that another check tells to be broken says so, and where it is a
// gate it limits nothing.
void settle_consequences(std::vector<Judged>& checks) {
  for (Judged& one : checks) {
    if (one.report.passed || one.verdict.in_broken_run.empty()) continue;
    const auto tells = [&](const Judged& other) {
      return &other != &one && !other.report.passed &&
             std::ranges::find(other.verdict.broke_runs, one.verdict.in_broken_run) !=
                 other.verdict.broke_runs.end();
    };
    const auto cause = std::ranges::find_if(checks, tells);
    if (cause == checks.end()) continue;
    if (one.report.gate) one.report.cap = 1;
    one.report.hint.clear();
    one.report.message = on_one_line(
        fmt::format("follows from \"{}\", {}: {}", cause->report.title,
                    one.report.gate ? "costs nothing more" : "not observed after that", one.report.message),
        kMessageBytes);
  }
}

TaskReport judged(const Lab& lab, const Task& task, const Evidence& evidence) {
  TaskReport report = blank_report(task);
  const Json facts = facts::gather(lab.facts, evidence);
  Inconclusive inconclusive;
  std::vector<Judged> checks;
  for (const CheckSpec& check : task.judge) {
    if (!looks_at(check, evidence.variant)) continue;
    const std::string* const cause = cause_not_offered(check, evidence);
    const Verdict verdict = cause ? not_offered(*cause, report) : run_check(check, {evidence, facts});
    if (verdict.settles) return settled(std::move(report), report_of(check, verdict));
    if (verdict.inconclusive && check.on_inconclusive != OnInconclusive::fail) {
      inconclusive.add(check, verdict, report);
      continue;
    }
    checks.push_back({report_of(check, verdict), verdict});
    if (cause != nullptr) checks.back().report.hint.clear();
  }
  settle_consequences(checks);
  for (Judged& check : checks) report.checks.push_back(std::move(check.report));
  if (inconclusive.leaves_it_to_a_person(report.checks)) {
    report.status = TaskStatus::pending;
    report.message = on_one_line("could not be looked at: " + inconclusive.why, kMessageBytes);
    inconclusive.add_details(report);
    return report;
  }
  const double share = share_of(report.checks);
  report.score = rounded(report.max_score * share);
  set_status(report, share, task, evidence);
  return report;
}

}  // namespace

TaskReport judge_task(const Lab& lab, const Task& task, const Evidence& evidence) {
  TaskReport report;
  if (task.manual) {
    report = blank_report(task);
    report.status = TaskStatus::pending;
  } else if (evidence.unobserved) {
    report = not_observed(task, evidence.unobserved->text());
  } else {
    // Checkers do not throw. If one does, that is our mistake and not the student's.
    try {
      report = judged(lab, task, evidence);
    } catch (const std::exception& error) {
      report = not_observed(task, fmt::format("the evidence could not be judged: {}", error.what()));
    }
  }
  add_notes(report, task, evidence);
  add_commands(report, task, evidence);
  add_diagnostics(report, evidence);
  return report;
}

TaskReport skipped_task(const Task& task, const std::string& needed_title) {
  TaskReport report = blank_report(task);
  report.status = TaskStatus::skipped;
  report.message = fmt::format("not run, because this needs \"{}\", which did not pass", needed_title);
  return report;
}

}  // namespace memgrade::judge
