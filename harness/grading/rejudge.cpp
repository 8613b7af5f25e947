// Judging anew: stored evidence, today's case files, nothing run.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/collect/collect.hpp>
#include <harness/grading/assemble.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/plan.hpp>
#include <harness/grading/rejudge.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/schedule.hpp>
#include <harness/grading/select_tasks.hpp>
#include <harness/grading/write_reports.hpp>
#include <harness/judge/judge.hpp>

namespace memgrade::grading {
namespace {

TaskReport judge_stored(const Lab& lab, const Task& task, const fs::path& run,
                        std::vector<std::string>& warnings) {
  auto evidence = load_evidence(run, lab.name, task.name);
  if (!evidence) {
    Evidence nothing;
    nothing.lab = lab.name;
    nothing.task = task.name;
    nothing.unobserved = evidence.error();
    return judge::judge_task(lab, task, nothing);
  }
  evidence->subject = collect::subject_of(lab);
  if (evidence->collect_digest != collect::collect_digest(lab, task))
    warnings.push_back(fmt::format("{}/{}: what is collected has changed since; grade the submission again",
                                   lab.name, task.name));
  return judge::judge_task(lab, task, *evidence);
}

// In the order that grading takes them, so that skipped tasks are the same.
TaskReports judge_lab(const Lab& lab, const fs::path& run, std::vector<std::string>& warnings) {
  TaskReports reports;
  Plan plan({&lab});
  while (const auto step = plan.next()) {
    if (step->kind == Step::Kind::prepare) {
      plan.prepared(step->lab);
      continue;
    }
    const Task& task = *step->task;
    TaskReport report = step->needed ? judge::skipped_task(task, step->needed->title)
                                     : judge_stored(lab, task, run, warnings);
    plan.reported(step->lab, report);
    reports.emplace(task.name, std::move(report));
  }
  return reports;
}

}  // namespace

Result<Graded> judge_anew(const fs::path& run, const RunRecordFile& record, const std::vector<Lab>& labs,
                          const GivenGrades& given) {
  Graded graded{empty_report(record), run, {}};
  for (const PlannedLab& plan : record.labs) {
    const auto known = std::ranges::find(labs, plan.lab, &Lab::name);
    if (known == labs.end())
      return fail(ErrorKind::usage, fmt::format("there are no cases for the lab '{}' any more", plan.lab),
                  show_path(run));
    const Lab lab = select_tasks(*known, plan.selected, plan.variant);
    add_lab(graded.report, lab, plan, judge_lab(lab, run, graded.warnings), given);
  }
  return graded;
}

Status renew_reports(Graded& graded, const fs::path& root) {
  auto warnings = write_reports(graded.report, graded.directory, root);
  if (!warnings) return std::unexpected(warnings.error());
  for (std::string& warning : *warnings) graded.warnings.push_back(std::move(warning));
  return {};
}

Result<OpenRun> open_run(const fs::path& run, const fs::path& root) {
  // Before the lock, which would make a file in a directory that is none of ours.
  if (const auto record = load_run(run); !record) return std::unexpected(record.error());
  auto labs = open_cases(root / "cases");
  if (!labs) return std::unexpected(labs.error());
  auto lock = RunLock::take(run);
  if (!lock) return std::unexpected(lock.error());
  auto record = load_run(run);
  if (!record) return std::unexpected(record.error());
  auto grades = load_grades(run);
  if (!grades) return std::unexpected(grades.error());
  return OpenRun{std::move(*lock), std::move(*record), std::move(*grades), std::move(*labs)};
}

Result<Graded> rejudge(const fs::path& run, const fs::path& root) {
  auto open = open_run(run, root);
  if (!open) return std::unexpected(open.error());
  auto graded = judge_anew(run, open->record, open->labs, given_grades(std::move(open->grades), run));
  if (!graded) return graded;
  if (auto renewed = renew_reports(*graded, root); !renewed) return std::unexpected(renewed.error());
  return graded;
}

}  // namespace memgrade::grading
