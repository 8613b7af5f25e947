#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <harness/base/files.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/grade.hpp>

namespace memgrade::cli {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 graded, 1 below --fail-under, 2 command line or case file,\n"
    "3 infrastructure, 4 nothing to grade, 130 interrupted. Never the score.\n"
    "\n"
    "  grade --student DIR              grade what is in DIR; see reports/out/NAME/\n"
    "  grade --student DIR --lab vmsim  one lab of it; vmsim/fifo-256 for one task\n"
    "  grade explain vmsim              what is collected, and how it is judged\n"
    "  grade doctor                     what this machine has, and what is missing";

struct Subcommand {
  const char* name;
  const char* summary;
  Action (*add)(CLI::App&);
};
constexpr Subcommand kSubcommands[] = {
    {"list", "List the labs, their tasks and points", add_list},
    {"explain", "Say what is collected and how it is judged", add_explain},
    {"check-cases", "Check case files and report every mistake", add_check_cases},
    {"rejudge", "Judge the evidence of a run once more", add_rejudge},
    {"checkoff", "Write the sheet for explaining the work to a person", add_checkoff},
    {"mark", "Enter what a person gives for a task", add_mark},
    {"doctor", "Say what is there, what is missing and how to get it", add_doctor},
    {"skeleton", "Write the starter code of a lab", add_skeleton},
    {"shell", "Open a console in a guest with a student's module", add_shell},
    {"kernels", "List, fetch or remove the Linux kernels for guests", add_kernels},
    {"cache", "Show what is kept in the cache, or clear it", add_cache},
    {"case-format", "Print the reference of case files", add_case_format},
};

// A shell's variable that is not set makes `--out ""`: for a place or a name that means nothing, and never
// what stands there without the option.
void refuse_empty_names(CLI::App& app) {
  for (CLI::Option* option : app.get_options())
    for (const std::string_view type : {"DIR", "FILE", "RUN", "LAB", "LAB[/TASK]", "KERNEL"})
      if (option->get_type_name() == type)
        option->check([](const std::string& text) { return text.empty() ? "the name is empty" : ""; });
  for (CLI::App* subcommand : app.get_subcommands([](CLI::App*) { return true; }))
    refuse_empty_names(*subcommand);
}

// "--out=" as well: the parser would take the next word in place of nothing.
const char* unfinished_option(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") break;
    if (word.starts_with("--") && word.find('=') == word.size() - 1) return argv[i];
  }
  return nullptr;
}

}  // namespace

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
    case ErrorKind::case_file:
      return kUsage;
    case ErrorKind::nothing_found:
      return kNothing;
    case ErrorKind::interrupted:
      return kInterrupted;
    default:
      return kInfrastructure;
  }
}

int diagnose(const Error& error) {
  // Case files' complaints are lines of file:line:col already; editors want them bare.
  if (error.kind == ErrorKind::case_file)
    print_to(stderr, "{}\n", error.text());
  else
    print_to(stderr, "memgrade: {}\n", error.text());
  return exit_code(error.kind);
}

Result<fs::path> root_directory() {
  if (const char* root = std::getenv("MEMGRADE_ROOT"); root && *root) {
    std::error_code ignored;
    if (fs::is_directory(fs::path(root) / "cases", ignored)) return fs::path(root);
    return fail(ErrorKind::infrastructure, "MEMGRADE_ROOT names a directory without cases/", root);
  }
  std::error_code error;
  for (fs::path here = fs::read_symlink("/proc/self/exe", error); here.has_relative_path();
       here = here.parent_path())
    if (fs::is_directory(here / "cases", error) && fs::is_directory(here / "reports", error)) return here;
  return fail(ErrorKind::infrastructure,
              "cannot find memgrade's folders cases/ and reports/; start it with ./grade, or set "
              "MEMGRADE_ROOT");
}

Result<std::vector<Lab>> open_labs(const std::optional<fs::path>& cases) {
  if (cases) return grading::open_cases(*cases);
  const auto root = root_directory();
  if (!root) return std::unexpected(root.error());
  return grading::open_cases(*root / "cases");
}

bool use_color(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(fd) && !(no_color && *no_color) && term && std::string_view(term) != "dumb";
}

int terminal_columns(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<int>(size.ws_col, 40, 120);
}

int run(int argc, char** argv) {
  CLI::App app("memgrade: grades operating-systems memory-management labs", "grade");
  app.set_version_flag("--version", "memgrade " MEMGRADE_VERSION);
  app.get_formatter()->column_width(28);
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  const Action grade = add_grade(app);
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Subcommand& entry : kSubcommands) {
    CLI::App* subcommand = app.add_subcommand(entry.name, entry.summary);
    actions.emplace_back(subcommand, entry.add(*subcommand));
  }
  refuse_empty_names(app);
  if (const char* option = unfinished_option(argc, argv))
    return diagnose({ErrorKind::usage, "nothing stands behind the '='", option});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kGraded : kUsage;
  }
  for (const auto& [subcommand, action] : actions)
    if (subcommand->parsed()) return action();
  return grade();
}

}  // namespace memgrade::cli
