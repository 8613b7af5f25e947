#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/process.hpp>
#include <harness/grading/write_reports.hpp>
#include <harness/report/report.hpp>

namespace memgrade::grading {
namespace {

// The pages are made by the distribution's python3, whatever else is first in PATH.
constexpr const char* kPython = "/usr/bin/python3";

Status write_page(const fs::path& directory, const fs::path& root) {
  exec::Command command;
  command.argv = {kPython, "-B", "-m", "memgrade_reports", "html", directory.string()};
  command.directory = root / "reports";
  command.environment = {
      {"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}, {"PYTHONPATH", (root / "reports").string()}};
  const auto outcome = exec::run(command, {.wall_s = 60});
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->ending == Ending::exited && outcome->exit_status == 0) return {};
  return fail(ErrorKind::infrastructure,
              fmt::format("report.html could not be written: {}; `memgrade doctor` tells what is missing",
                          shorten(trim(printable(outcome->err.bytes)), 400)));
}

}  // namespace

Result<std::vector<std::string>> write_reports(const Report& report, const fs::path& directory,
                                               const fs::path& root) {
  const std::pair<const char*, std::string> files[] = {{"report.json", report::json(report)},
                                                       {"report.md", report::markdown(report)},
                                                       {"junit.xml", report::junit(report)}};
  for (const auto& [name, text] : files)
    if (auto written = write_file(directory / name, text); !written) return std::unexpected(written.error());
  std::vector<std::string> warnings;
  if (auto page = write_page(directory, root); !page) warnings.push_back(page.error().text());
  return warnings;
}

}  // namespace memgrade::grading
