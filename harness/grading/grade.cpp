#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/facts/facts.hpp>
#include <harness/grading/assemble.hpp>
#include <harness/grading/code.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/plan.hpp>
#include <harness/grading/publish.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/schedule.hpp>
#include <harness/grading/write_reports.hpp>
#include <harness/judge/judge.hpp>
#include <harness/oracle/generators.hpp>
#include <harness/oracle/oracle.hpp>
#include <map>

namespace memgrade::grading {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<std::vector<LabRun>> plan_labs(const Options& options, const Submission& submission,
                                      const std::vector<Selection>& selections, const fs::path& scratch,
                                      const Observer& observer, std::stop_token stop) {
  auto sandbox = options.sandbox ? exec::Sandbox::probe() : exec::Sandbox::none();
  if (!sandbox) return std::unexpected(sandbox.error());
  std::vector<LabRun> runs;
  for (const LabSubmission& lab_submission : submission.lab_submissions) {
    LabRun run;
    const collect::Collector* collector = collect::find_collector(lab_submission.lab->collector);
    if (collector->variant != nullptr)
      run.variant = collector->variant(*lab_submission.lab, lab_submission.directory);
    run.lab = select_tasks(*lab_submission.lab, selected_tasks(*lab_submission.lab, selections), run.variant);
    if (run.lab.tasks.empty())
      return fail(ErrorKind::nothing_found,
                  fmt::format("the selected tasks of '{}' are not for a submission like this one ({})",
                              lab_submission.lab->name, run.variant),
                  printable(lab_submission.directory.string()));
    run.lab_submission = lab_submission;
    run.context = std::make_unique<collect::Context>(
        *sandbox, options.root, scratch / lab_submission.lab->name, options.dataset,
        [&observer, name = lab_submission.lab->name](const std::string& what) { observer.step(name, what); },
        stop, options.kernel);
    if (auto made = make_directories(run.context->scratch); !made) return std::unexpected(made.error());
    runs.push_back(std::move(run));
  }
  return runs;
}

RunRecordFile record_of(const Submission& submission, const std::vector<LabRun>& runs,
                        const std::vector<Selection>& selections, const Options& options) {
  RunRecordFile record;
  record.student = submission.student;
  record.origin = submission.directory;
  record.notes = submission.notes;
  for (const LabRun& run : runs)
    record.labs.push_back(
        {run.lab.name, run.lab_submission.directory.lexically_relative(submission.directory).string(),
         run.notes, selected_tasks(*run.lab_submission.lab, selections), run.variant, run.machine});
  for (const std::string& lab : labs_not_found(submission, selections))
    record.notes.push_back(fmt::format("the lab '{}' was asked for and is not in the submission", lab));
  if (options.dataset) record.notes.push_back("data set: " + printable(options.dataset->filename().string()));
  const exec::Sandbox& sandbox = runs.front().context->sandbox;
  if (!sandbox.confines()) record.notes.push_back("student code ran without a sandbox (--no-sandbox)");
  record.environment = {{"memgrade", MEMGRADE_VERSION}, {"sandbox", sandbox.description()}};
  return record;
}

Json timing_of(Clock::time_point start, const exec::Totals& before) {
  const exec::Totals after = exec::totals();
  const std::time_t now = std::time(nullptr);
  char stamp[32] = "";
  std::tm utc{};
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  return {{"finished", stamp},
          {"wall_s", seconds_since(start)},
          {"programs_run", after.runs - before.runs},
          {"programs_wall_s", after.wall_s - before.wall_s},
          {"programs_cpu_s", after.cpu_s - before.cpu_s}};
}

// The directory that is filled while the run goes on. A leftover of a run that was killed goes first.
Result<fs::path> fresh_directory(const fs::path& target) {
  const std::string prefix = fmt::format(".{}.partial-", target.filename().string());
  if (auto made = make_directories(target.parent_path()); !made) return std::unexpected(made.error());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(target.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const std::string owner = name.substr(prefix.size());
    if (!fs::exists(fs::path("/proc") / owner, ignored)) (void)remove_tree(entry.path());
  }
  const fs::path fresh = target.parent_path() / fmt::format("{}{}", prefix, getpid());
  if (auto made = make_directories(fresh); !made) return std::unexpected(made.error());
  return fresh;
}

// The student's files as they are before anything of them is built or run, for each lab by the place that
// they stand in: which one is graded may show only then.
using Codes = std::vector<std::map<fs::path, Code>>;

Codes read_codes(const std::vector<LabRun>& runs) {
  std::vector<fs::path> places;
  for (const LabRun& run : runs) places.push_back(run.lab_submission.directory);
  Codes codes(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const LabSubmission& found = runs[i].lab_submission;
    const auto read = [&](const fs::path& directory) {
      codes[i].emplace(directory, read_code(*found.lab, directory, places));
    };
    read(found.directory);
    const auto* const collector = collect::find_collector(found.lab->collector);
    if (collector->tries_places)
      for (const PlaceOfWork& place : found.places) read(place.directory);
  }
  return codes;
}

Status store_codes(const fs::path& fresh, const std::vector<LabRun>& runs, const Codes& codes) {
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (auto stored = store_code(fresh, runs[i].lab.name, codes[i].at(runs[i].lab_submission.directory));
        !stored)
      return stored;
  return {};
}

// Removes the directory unless it became the result.
struct Unfinished {
  fs::path path;
  ~Unfinished() {
    if (!path.empty()) (void)remove_tree(path);
  }
};

}  // namespace

const Vocabulary& vocabulary() {
  static const Vocabulary words = [] {
    Vocabulary all;
    for (const auto& collector : collect::collectors()) all.collectors.push_back(collector.spec);
    for (const auto& checker : judge::checkers()) all.checkers.push_back(checker.spec);
    for (const auto& oracle : oracle::oracles()) all.oracles.push_back(oracle.spec);
    for (const auto& generator : oracle::generators()) all.generators.push_back(generator.spec);
    all.fact_fields = facts::definition_fields();
    all.inspect_fact = facts::inspect_definition;
    return all;
  }();
  return words;
}

Result<std::vector<Lab>> open_cases(const fs::path& cases) {
  auto loaded = casefile::load_cases(cases, vocabulary());
  if (!loaded) return std::unexpected(loaded.error());
  if (loaded->diagnostics.empty()) return std::move(loaded->labs);
  std::vector<std::string> lines;
  for (const auto& diagnostic : loaded->diagnostics) lines.push_back(diagnostic.text());
  return fail(ErrorKind::case_file, join(lines, "\n"));
}

namespace {

bool is_inside(const fs::path& inner, const fs::path& outer) {
  const fs::path relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

// The target is replaced as a whole, so it must not be anything but the result of an earlier run.
Result<fs::path> target_of(const Options& options, const fs::path& student) {
  if (!options.out) return run_directory(options.root / "reports" / "out", student);
  fs::path target = fs::absolute(*options.out).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  const std::string shown = printable(target.string());
  if (is_inside(student, target) || is_inside(target, student))
    return fail(ErrorKind::usage, "--out must be apart from the student's directory", shown);
  std::error_code ignored;
  const fs::file_status status = fs::symlink_status(target, ignored);
  if (!fs::exists(status)) return target;
  if (!fs::is_directory(status))
    return fail(ErrorKind::usage, "--out is there already and is no directory", shown);
  if (!fs::is_empty(target, ignored) && !load_run(target))
    return fail(ErrorKind::usage, "--out holds something else than an earlier run; choose a new directory",
                shown);
  return target;
}

Result<fs::path> usable_target(const Options& options, const fs::path& student) {
  auto target = target_of(options, student);
  if (!target) return target;
  recover_interrupted(*target);
  // Marks that cannot be read would stop the run at its very end; better now.
  if (const auto grades = load_grades(*target); !grades) return std::unexpected(grades.error());
  return target;
}

// The reports of a finished run, into the directory that it stands in.
Status write_run(Graded& graded, const RunRecordFile& record, const std::vector<LabRun>& runs,
                 const GivenGrades& given, const fs::path& directory, const fs::path& root) {
  graded.report = empty_report(record);
  for (std::size_t i = 0; i < runs.size(); ++i)
    add_lab(graded.report, runs[i].lab, record.labs[i], runs[i].reports, given);
  auto warnings = write_reports(graded.report, directory, root);
  if (!warnings) return std::unexpected(warnings.error());
  graded.warnings = std::move(*warnings);
  return {};
}

Guidance guidance_of(const Options& options) {
  Guidance guidance{options.overrides, options.calls, options.builds};
  const fs::path usual = options.root / "cases" / "overrides.yaml";
  std::error_code ignored;
  if (!guidance.overrides && fs::exists(usual, ignored)) guidance.overrides = usual;
  return guidance;
}

// What one lab's part of a dry run says.
void add_account(std::vector<std::string>& lines, const LabRun& run, const fs::path& root) {
  const LabSubmission& found = run.lab_submission;
  lines.push_back(fmt::format("{}: {}", run.lab.name, run.lab.title));
  for (const PlaceOfWork& place : found.places) {
    std::vector<std::string> names;
    for (const fs::path& file : place.files) names.push_back(file.string());
    const std::string where = place.directory.lexically_relative(root).string();
    lines.push_back(fmt::format("  found in {}: {}", printable(where == "." ? "the top folder" : where),
                                names.empty() ? "as was said" : printable(join(names, ", "))));
  }
}

}  // namespace

Result<std::vector<std::string>> dry_run(const Options& options, const Observer& observer,
                                         std::stop_token stop) {
  const auto labs = open_cases(options.root / "cases");
  if (!labs) return std::unexpected(labs.error());
  const auto selections = parse_selections(options.labs, *labs);
  if (!selections) return std::unexpected(selections.error());
  const auto submission = locate(options.student, *labs, *selections, guidance_of(options));
  if (!submission) return std::unexpected(submission.error());
  const auto scratch = TempDir::make(fs::temp_directory_path(), "memgrade-");
  if (!scratch) return std::unexpected(scratch.error());
  auto runs = plan_labs(options, *submission, *selections, scratch->path(), observer, stop);
  if (!runs) return std::unexpected(runs.error());
  std::vector<std::string> lines = {"student: " + submission->student.id};
  lines.insert(lines.end(), submission->notes.begin(), submission->notes.end());
  for (LabRun& run : *runs) {
    add_account(lines, run, submission->directory);
    const auto* const collector = collect::find_collector(run.lab.collector);
    auto workspace = collector->prepare(run.lab, run.lab_submission, *run.context);
    if (!workspace) {
      lines.push_back("  could not be prepared: " + workspace.error().text());
      continue;
    }
    for (const std::string& line : (*workspace)->account()) lines.push_back("  " + line);
    for (const std::string& note : (*workspace)->notes()) lines.push_back("  note: " + note);
    std::vector<std::string> tasks;
    for (const Task& task : run.lab.tasks) tasks.push_back(task.name);
    lines.push_back("  would be graded: " + join(tasks, ", "));
  }
  return lines;
}

Result<Graded> grade(const Options& options, const Observer& observer, std::stop_token stop) {
  const Clock::time_point start = Clock::now();
  const exec::Totals before = exec::totals();
  const auto labs = open_cases(options.root / "cases");
  if (!labs) return std::unexpected(labs.error());
  const auto selections = parse_selections(options.labs, *labs);
  if (!selections) return std::unexpected(selections.error());
  const auto submission = locate(options.student, *labs, *selections, guidance_of(options));
  if (!submission) return std::unexpected(submission.error());

  const auto target = usable_target(options, submission->directory);
  if (!target) return std::unexpected(target.error());

  const auto scratch = TempDir::make(fs::temp_directory_path(), "memgrade-");
  if (!scratch) return std::unexpected(scratch.error());
  auto runs = plan_labs(options, *submission, *selections, scratch->path(), observer, stop);
  if (!runs) return std::unexpected(runs.error());
  auto fresh = fresh_directory(*target);
  if (!fresh) return std::unexpected(fresh.error());
  Unfinished unfinished{*fresh};

  const Codes codes = read_codes(*runs);
  std::size_t tasks = 0;
  for (const LabRun& run : *runs) tasks += run.lab.tasks.size();
  observer.planned(tasks);
  if (auto ran = run_labs(*runs, *fresh, options.jobs, observer, stop); !ran)
    return std::unexpected(ran.error());
  if (auto stored = store_codes(*fresh, *runs, codes); !stored) return std::unexpected(stored.error());

  RunRecordFile record = record_of(*submission, *runs, *selections, options);
  record.timing = timing_of(start, before);
  if (auto stored = store_run(*fresh, record); !stored) return std::unexpected(stored.error());
  Graded graded{{}, *target, {}};
  const auto write = [&](const GradeHistory& grades) {
    return write_run(graded, record, *runs, given_grades(grades, *fresh), *fresh, options.root);
  };
  if (auto published = publish(*fresh, *target, write); !published) return std::unexpected(published.error());
  unfinished.path.clear();
  return graded;
}

}  // namespace memgrade::grading
