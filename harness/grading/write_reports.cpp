#include <harness/base/files.hpp>
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
  if (written) written = write_files(without_evidence(for_student(report)), student);
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
