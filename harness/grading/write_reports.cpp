#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/grading/html_pages.hpp>
#include <harness/grading/write_reports.hpp>
#include <harness/report/report.hpp>

namespace memgrade::grading {

namespace {

Status write_files(const Report& report, const fs::path& directory) {
  const std::pair<const char*, std::string> files[] = {{"report.json", report::json(report)},
                                                       {"report.md", report::markdown(report)},
                                                       {"junit.xml", report::junit(report)}};
  for (const auto& [name, text] : files)
    if (auto written = write_file(directory / name, text); !written) return written;
  return {};
}

// Only the files that the student's report names: others may be for staff alone.
Status copy_inputs(const Report& report, const fs::path& directory, const fs::path& student) {
  if (auto removed = remove_tree(student / "inputs"); !removed) return removed;
  for (const LabReport& lab : report.labs)
    for (const TaskReport& task : lab.tasks)
      for (const std::string& place : task.inputs) {
        std::error_code ignored;
        // A run of an earlier version has none.
        if (!fs::is_regular_file(directory / place, ignored) || fs::exists(student / place, ignored))
          continue;
        if (auto made = make_directories((student / place).parent_path()); !made) return made;
        std::error_code error;
        fs::copy_file(directory / place, student / place, error);
        if (error)
          return fail(ErrorKind::io, "cannot be copied: " + error.message(), show_path(student / place));
      }
  return {};
}

// The evidence is no part of what is handed out: nothing there says what is for staff alone.
Report without_evidence(Report report) {
  for (LabReport& lab : report.labs)
    for (TaskReport& task : lab.tasks) task.evidence.clear();
  return report;
}

}  // namespace

Result<std::vector<std::string>> write_reports(const Report& report, const fs::path& directory,
                                               const fs::path& root) {
  const fs::path student = directory / kStudentDirectory;
  Status written = write_files(report, directory);
  if (written) written = make_directories(student);
  const Report for_them = without_evidence(for_student(report));
  if (written) written = write_files(for_them, student);
  if (written) written = copy_inputs(for_them, directory, student);
  if (!written) return std::unexpected(written.error());
  // The page's program runs elsewhere, so a relative path would lead it astray.
  const std::vector<std::string> arguments = {"html", fs::absolute(directory).string(),
                                              fs::absolute(student).string()};
  std::vector<std::string> warnings;
  if (auto pages = make_page(root, arguments, "report.html"); !pages)
    warnings.push_back(pages.error().text());
  return warnings;
}

}  // namespace memgrade::grading
