#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/run_labs.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/select_tasks.hpp>
#include <harness/judge/judge.hpp>

namespace memgrade::grading {
namespace {

Result<LabRun> lab_run(const LabSubmission& lab_submission, const std::vector<Selection>& selections) {
  const Lab& lab = *lab_submission.lab;
  const collect::Collector* const collector = collect::find_collector(lab.collector);
  LabRun run;
  run.lab_submission = lab_submission;
  if (collector->variant != nullptr) run.variant = collector->variant(lab, lab_submission.directory);
  run.lab = select_tasks(lab, selected_tasks(lab, selections), run.variant);
  if (run.lab.tasks.empty())
    return fail(ErrorKind::nothing_found,
                fmt::format("the selected tasks of '{}' are not for a submission like this one ({})",
                            lab.name, run.variant),
                printable(lab_submission.directory.string()));
  return run;
}

Status store_task(const LabRun& run, const Task& task, const Evidence& evidence, const fs::path& directory) {
  if (auto stored = store_evidence(directory, evidence); !stored || !run.workspace) return stored;
  return run.workspace->write_inputs(task, evidence, directory,
                                     directory / evidence_path(run.lab.name, task.name));
}

// What the steps of a plan are for labs of students.
Actions actions_for(std::vector<LabRun>& runs, const fs::path& directory, const Observer& observer) {
  Actions actions;
  actions.prepare = [&runs](std::size_t lab) { return prepare_lab(runs[lab]); };
  actions.collect = [&runs](std::size_t lab, const Task& task) {
    auto evidence = runs[lab].workspace->collect(task);
    if (evidence) evidence->subject = collect::subject_of(runs[lab].lab);
    return evidence;
  };
  actions.store = [&runs, &directory](std::size_t lab, const Task& task, const Evidence& evidence) {
    return store_task(runs[lab], task, evidence, directory);
  };
  actions.judge = [&runs](std::size_t lab, const Task& task, const Evidence& evidence) {
    return judge::judge_task(runs[lab].lab, task, evidence);
  };
  actions.skip = [](std::size_t, const Task& task, const Task& needed) {
    return judge::skipped_task(task, needed.title);
  };
  actions.begins = [&runs, &observer](std::size_t lab, const Task& task) {
    observer.step(runs[lab].lab.name, task.title);
  };
  actions.done = [&runs, &observer](std::size_t lab, const TaskReport& report) {
    observer.task_done(runs[lab].lab.name, report);
  };
  return actions;
}

}  // namespace

Status prepare_lab(LabRun& run) {
  const collect::Collector* const collector = collect::find_collector(run.lab.collector);
  auto workspace = collector->prepare(run.lab, run.lab_submission, *run.context);
  if (!workspace) return std::unexpected(workspace.error());
  run.workspace = std::move(*workspace);
  run.notes = run.workspace->notes();
  run.undecided = run.workspace->undecided() || run.lab_submission.undecided;
  run.machine = run.workspace->machine();
  if (auto place = run.workspace->directory()) run.lab_submission.directory = std::move(*place);
  return {};
}

Guidance guidance_of(const Options& options) {
  Guidance guidance{options.overrides, options.calls, options.builds};
  const fs::path usual = options.root / "cases" / "overrides.yaml";
  std::error_code ignored;
  if (!guidance.overrides && fs::exists(usual, ignored)) guidance.overrides = usual;
  return guidance;
}

Result<std::vector<LabRun>> lab_runs(const Options& options, const Submission& submission,
                                     const std::vector<Selection>& selections, const fs::path& scratch,
                                     const Observer& observer, const std::stop_token& stop) {
  auto sandbox = options.sandbox ? exec::Sandbox::probe() : exec::Sandbox::none();
  if (!sandbox) return std::unexpected(sandbox.error());
  std::vector<LabRun> runs;
  for (const LabSubmission& lab_submission : submission.lab_submissions) {
    auto run = lab_run(lab_submission, selections);
    if (!run) return std::unexpected(run.error());
    const std::string& name = run->lab.name;
    run->context = std::make_unique<collect::Context>(
        *sandbox, options.root, scratch / name, options.dataset,
        [&observer, name](const std::string& what) { observer.step(name, what); }, stop, options.kernel,
        options.shorten);
    if (auto made = make_directories(run->context->scratch); !made) return std::unexpected(made.error());
    runs.push_back(std::move(*run));
  }
  return runs;
}

Status run_labs(std::vector<LabRun>& runs, const fs::path& directory, unsigned threads,
                const Observer& observer, std::stop_token stop) {
  std::vector<const Lab*> labs;
  std::size_t tasks = 0;
  for (const LabRun& run : runs) {
    labs.push_back(&run.lab);
    tasks += run.lab.tasks.size();
  }
  observer.planned(tasks);
  auto reports = run_plan(labs, actions_for(runs, directory, observer), threads, std::move(stop));
  if (!reports) return std::unexpected(reports.error());
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].reports = std::move((*reports)[i]);
  return {};
}

}  // namespace memgrade::grading
