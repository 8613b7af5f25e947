#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/process.hpp>
#include <harness/grading/html_pages.hpp>

namespace memgrade::grading {
namespace {

// The pages are made by the distribution's python3, whatever else is first in PATH.
constexpr const char* kPython = "/usr/bin/python3";

}  // namespace

Status make_page(const fs::path& root, const std::vector<std::string>& arguments, const std::string& what) {
  exec::Command command;
  command.argv = {kPython, "-B", "-m", "memgrade_reports"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.directory = root / "reports";
  command.environment = {
      {"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}, {"PYTHONPATH", (root / "reports").string()}};
  const auto outcome = exec::run(command, {.wall_s = 60});
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->termination == Termination::exited && outcome->exit_status == 0) return {};
  return fail(ErrorKind::infrastructure,
              fmt::format("{} could not be written: {}; `memgrade doctor` tells what is missing", what,
                          shorten(trim(printable(outcome->err.bytes)), 400)));
}

}  // namespace memgrade::grading
