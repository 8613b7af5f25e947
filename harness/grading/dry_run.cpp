// Grading without grading: what was found, how it builds and how it is called.
#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/account.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/run_labs.hpp>

namespace memgrade::grading {
Result<std::vector<std::string>> dry_run(const Options& options, const Observer& observer,
                                         std::stop_token stop) {
  const auto labs = open_cases(options.root / "cases");
  if (!labs) return std::unexpected(labs.error());
  const auto selections = parse_selections(options.labs, *labs);
  if (!selections) return std::unexpected(selections.error());
  const auto submission = locate(options.student, *labs, *selections, guidance_of(options));
  if (!submission) return std::unexpected(submission.error());
  const auto scratch = TempDir::temporary("explain");
  if (!scratch) return std::unexpected(scratch.error());
  auto runs = lab_runs(options, *submission, *selections, scratch->path(), observer, stop);
  if (!runs) return std::unexpected(runs.error());
  std::vector<std::string> lines = {"student: " + submission->student.id};
  lines.insert(lines.end(), submission->notes.begin(), submission->notes.end());
  for (LabRun& run : *runs) {
    lines.push_back(fmt::format("{}: {}", run.lab.name, run.lab.title));
    const Status prepared = prepare_lab(run);
    for (const std::string& line : account_of(run, submission->directory)) lines.push_back("  " + line);
    if (!prepared) {
      lines.push_back("  could not be prepared: " + prepared.error().text());
      continue;
    }
    for (const std::string& note : run.notes) lines.push_back("  note: " + note);
    std::vector<std::string> tasks;
    for (const Task& task : run.lab.tasks) tasks.push_back(task.name);
    lines.push_back("  would be graded: " + join(tasks, ", "));
  }
  return lines;
}

}  // namespace memgrade::grading
