// grade shell LAB: a console in a guest with a student's module built, for a TA or a student.
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <harness/cli/cli.hpp>
#include <harness/cli/interrupt.hpp>
#include <harness/cli/output.hpp>
#include <harness/cli/status_line.hpp>
#include <harness/grading/shell.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

struct ShellArguments {
  std::string student = ".", lab, kernel;
  bool no_sandbox = false;
};

constexpr std::string_view kEndOfFile = "\x04";

// The terminal's keys as they are pressed, for as long as it lives. Nothing happens where there is none.
class RawTerminal {
 public:
  RawTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios raw = before_;
    ::cfmakeraw(&raw);
    is_terminal_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  }
  ~RawTerminal() {
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool is_terminal_ = false;
};

// What stands on standard input and can be read at once. At its end the guest's shell gets an end of file, so
// that commands can be piped in.
class Keys {
 public:
  std::string typed() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (over_ || ::poll(&input, 1, 0) <= 0) return {};
    char bytes[256];
    const ssize_t got = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (got > 0) return std::string(bytes, static_cast<std::size_t>(got));
    over_ = true;
    return std::string(kEndOfFile);
  }

 private:
  bool over_ = false;
};

void show(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return note_unwritten(STDOUT_FILENO, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

// The notes go to standard error, the guest's words to standard output.
int shell(const ShellArguments& arguments) {
  const auto root = root_directory();
  if (!root) return diagnose(root.error());
  const Interrupt interrupt;
  std::optional<RawTerminal> raw;
  Keys keys;
  vm::Terminal terminal;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    terminal.rows = size.ws_row;
    terminal.columns = size.ws_col;
  }
  StatusLine status(true);
  const vm::Progress say = status.progress();
  terminal.show = [&](std::string_view bytes) {
    if (!raw) {
      status.clear();
      print_to(stderr,
               "The module and the programs are in /job, and each task's steps as a script. 'exit' leaves,\n"
               "Ctrl-] ends a guest that does not listen.\n");
      raw.emplace();
    }
    show(bytes);
  };
  terminal.typed = [&] { return keys.typed(); };
  grading::ShellOptions options;
  options.student = arguments.student;
  options.root = *root;
  options.lab = arguments.lab;
  options.sandbox = !arguments.no_sandbox;
  if (!arguments.kernel.empty()) options.kernel = arguments.kernel;
  options.progress = say;
  options.note = [&](const std::string& note) {
    status.clear();
    print_to(stderr, "{}\n", note);
    say("boots the guest");
  };
  const auto ended = grading::open_shell(options, terminal, interrupt.token());
  raw.reset();
  status.clear();
  if (!ended) return diagnose(ended.error());
  if (!ended->empty()) print_to(stderr, "\nThe guest has ended: {}\n", *ended);
  return kGraded;
}

}  // namespace

Action add_shell(CLI::App& app) {
  auto arguments = std::make_shared<ShellArguments>();
  app.add_option("lab", arguments->lab, "A lab with a Linux guest, such as ktest")
      ->type_name("LAB")
      ->required();
  app.add_option("--student", arguments->student, "The directory of a student's submission (.)")
      ->type_name("DIR");
  app.add_option("--kernel", arguments->kernel, "A series (6.1) or a directory")->type_name("KERNEL");
  app.add_flag("--no-sandbox", arguments->no_sandbox, "Build and emulate unconfined");
  return [arguments] { return shell(*arguments); };
}

}  // namespace memgrade::cli
