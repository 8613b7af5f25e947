#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/checkoff.hpp>
#include <harness/grading/code.hpp>
#include <harness/grading/html_pages.hpp>
#include <harness/grading/questions.hpp>
#include <harness/grading/rejudge.hpp>

namespace memgrade::grading {
namespace {

// A student without an id is told from others by the name; a team by its first member's.
std::string seed_of(const Student& student) {
  return student.id.empty() ? student.name : student.id;
}

// A run's name or its student's id could mean another run, made before this one or after it; its path cannot.
// One that a page would show as something else is left out.
std::string word_for_a_page(const std::string& path) {
  const bool shown = printable(path) == path && path.find_first_of("\n\t") == std::string::npos;
  return shown ? shell_quote(path) : "";
}

}  // namespace

Result<CheckoffSheet> checkoff_sheet(const fs::path& run, const fs::path& root) {
  auto open = open_run(run, root);
  if (!open) return std::unexpected(open.error());
  auto graded = judge_anew(run, open->record, open->labs, given_grades(std::move(open->grades), run));
  if (!graded) return std::unexpected(graded.error());
  const Report report = for_student(std::move(graded->report));
  CheckoffSheet sheet;
  sheet.run = word_for_a_page(fs::absolute(run).lexically_normal().string());
  sheet.student = report.student;
  sheet.score = report.score;
  sheet.max_score = report.max_score;
  sheet.provisional = report.provisional;
  for (const LabReport& lab : report.labs) {
    const auto code = load_code(run, lab.lab);
    if (!code) return std::unexpected(code.error());
    const Lab& cases = *std::ranges::find(open->labs, lab.lab, &Lab::name);
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
  const auto scratch = TempDir::temporary("checkoff");
  if (!scratch) return std::unexpected(scratch.error());
  const fs::path record = scratch->path() / "sheet.json";
  if (auto written = write_file(record, dump_json(to_json(*sheet)) + "\n"); !written)
    return std::unexpected(written.error());
  if (auto made = make_page(root, {"checkoff", record.string(), page.string()}, "the sheet"); !made)
    return std::unexpected(made.error());
  return Checkoff{std::move(*sheet), page};
}

}  // namespace memgrade::grading
