#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/grading/checkoff.hpp>
#include <harness/grading/code.hpp>
#include <harness/grading/html_pages.hpp>
#include <harness/grading/publish.hpp>
#include <harness/grading/questions.hpp>
#include <harness/grading/rejudge.hpp>

namespace memgrade::grading {
namespace {

struct Judged {
  Report report;
  std::vector<Lab> labs;
};

Result<Judged> judge_for_student(const fs::path& run, const RunRecordFile& record, const fs::path& root) {
  auto labs = open_cases(root / "cases");
  if (!labs) return std::unexpected(labs.error());
  auto grades = load_grades(run);
  if (!grades) return std::unexpected(grades.error());
  auto graded = judge_anew(run, record, *labs, given_grades(std::move(*grades), run));
  if (!graded) return std::unexpected(graded.error());
  return Judged{for_student(std::move(graded->report)), std::move(*labs)};
}

// A student without an id is told from others by the name; a team by its first member's.
std::string seed_of(const Student& student) {
  return student.id.empty() ? student.name : student.id;
}

}  // namespace

Result<CheckoffSheet> checkoff_sheet(const fs::path& run, const fs::path& root) {
  if (const auto record = load_run(run); !record) return std::unexpected(record.error());
  // So that the run is not replaced while it is read.
  const auto lock = RunLock::take(run);
  if (!lock) return std::unexpected(lock.error());
  const auto record = load_run(run);
  if (!record) return std::unexpected(record.error());
  const auto judged = judge_for_student(run, *record, root);
  if (!judged) return std::unexpected(judged.error());
  const Report& report = judged->report;
  CheckoffSheet sheet{report.student, report.score, report.max_score, report.provisional, {}};
  for (const LabReport& lab : report.labs) {
    const auto code = load_code(run, lab.lab);
    if (!code) return std::unexpected(code.error());
    const Lab& cases = *std::ranges::find(judged->labs, lab.lab, &Lab::name);
    sheet.labs.push_back({lab, questions_for(cases, {lab, code->files, seed_of(report.student)})});
  }
  return sheet;
}

Result<Checkoff> write_checkoff(const fs::path& run, const fs::path& root,
                                const std::optional<fs::path>& out) {
  auto sheet = checkoff_sheet(run, root);
  if (!sheet) return std::unexpected(sheet.error());
  const fs::path page = fs::absolute(out ? *out : run / "checkoff.html");
  std::error_code error;
  if (fs::is_directory(page, error))
    return fail(ErrorKind::usage, "--out takes a file, this is a directory", show_path(page));
  const auto scratch = TempDir::make(fs::temp_directory_path(), "memgrade-checkoff-");
  if (!scratch) return std::unexpected(scratch.error());
  const fs::path record = scratch->path() / "sheet.json";
  if (auto written = write_file(record, dump_json(to_json(*sheet)) + "\n"); !written)
    return std::unexpected(written.error());
  if (auto made = make_page(root, {"checkoff", record.string(), page.string()}, "the sheet"); !made)
    return std::unexpected(made.error());
  return Checkoff{std::move(*sheet), page};
}

}  // namespace memgrade::grading
