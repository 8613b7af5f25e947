// Writers: one Report in, text out. Pure; nothing here knows YAML, processes or where files go.
#pragma once

#include <harness/model/report.hpp>
#include <string>

namespace memgrade::report {

struct ConsoleOptions {
  bool color = false;
  bool verbose = false;  // passed checks and notes too
  int columns = 80;
};
[[nodiscard]] std::string console(const Report& report, const ConsoleOptions& options);

[[nodiscard]] std::string json(const Report& report);      // report.json, ends with a newline
[[nodiscard]] std::string markdown(const Report& report);  // report.md and the step summary on GitHub
[[nodiscard]] std::string junit(const Report& report);     // junit.xml
// Workflow commands (::error file=…) for at most ten findings, the errors first; `root` is put before file
// names.
[[nodiscard]] std::string github_annotations(const Report& report, const std::string& root);

}  // namespace memgrade::report
