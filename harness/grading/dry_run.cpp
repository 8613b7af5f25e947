// Grading without grading: what was found, how it builds and how it is called.
#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/grade.hpp>
#include <harness/grading/run_labs.hpp>

namespace memgrade::grading {
namespace {

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
  auto runs = lab_runs(options, *submission, *selections, scratch->path(), observer, stop);
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

}  // namespace memgrade::grading
