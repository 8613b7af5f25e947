// The command line: one file per subcommand. Each adds its options to the parser and returns what to do when
// it was chosen; the exit code is the return value of that.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::cli {

// The exit codes of `grade`. The score is never one.
enum ExitCode {
  kGraded = 0,
  kBelow = 1,           // under --fail-under
  kUsage = 2,           // command line or case file
  kInfrastructure = 3,  // something of ours is missing or failed
  kNothing = 4,         // nothing to grade
  kInterrupted = 130,
};
[[nodiscard]] int exit_code(ErrorKind kind);

// Prints "memgrade: where: message" on standard error and returns the exit code.
int diagnose(const Error& error);

// memgrade's own folder, with cases/ and reports/: $MEMGRADE_ROOT, which the launcher sets, else found
// upwards from the executable.
[[nodiscard]] Result<std::filesystem::path> root_directory();

using Action = std::function<int()>;

// Each declares its options on `app` (a subcommand; of `add_grade` the program itself).
Action add_grade(CLI::App& app);
Action add_list(CLI::App& app);
Action add_explain(CLI::App& app);
Action add_check_cases(CLI::App& app);
Action add_rejudge(CLI::App& app);
Action add_checkoff(CLI::App& app);
Action add_mark(CLI::App& app);
Action add_doctor(CLI::App& app);
Action add_skeleton(CLI::App& app);
Action add_case_format(CLI::App& app);
Action add_kernels(CLI::App& app);
Action add_cache(CLI::App& app);
Action add_shell(CLI::App& app);

// Everything: parse, run, exit code.
int run(int argc, char** argv);

// For commands that take LAB or LAB/TASK: the labs of the root's cases, complaints printed.
[[nodiscard]] Result<std::vector<Lab>> open_labs(const std::optional<std::filesystem::path>& cases = {});

// Whether to use colour on a stream: a terminal, NO_COLOR unset, TERM not dumb.
[[nodiscard]] bool use_color(int fd);
// Columns of the terminal behind `fd`; 80 when it is none.
[[nodiscard]] int terminal_columns(int fd);

}  // namespace memgrade::cli
