#include <fmt/format.h>
#include <unistd.h>

#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/cli/progress.hpp>

namespace memgrade::cli {

Progress::Progress(bool shown, int fd) : shown_(shown), on_terminal_(isatty(fd)), fd_(fd) {}

grading::Observer Progress::observer() {
  if (!shown_) return {};
  grading::Observer observer;
  observer.planned = [this](std::size_t tasks) { planned_ = tasks; };
  observer.step = [this](const std::string& lab, const std::string& what) {
    if (on_terminal_) rewrite(fmt::format("[{}/{}] {}: {} …", done_, planned_, lab, what));
  };
  observer.task_done = [this](const std::string& lab, const TaskReport& task) { task_done(lab, task); };
  return observer;
}

void Progress::task_done(const std::string& lab, const TaskReport& task) {
  ++done_;
  if (on_terminal_) return rewrite(fmt::format("[{}/{}] {}: {}", done_, planned_, lab, task.title));
  print_to(stderr, "[{}/{}] {}/{}: {}\n", done_, planned_, lab, task.task, to_string(task.status));
}

void Progress::rewrite(const std::string& text) {
  const std::string line = shorten(text, static_cast<std::size_t>(terminal_columns(fd_) - 1));
  const std::size_t width = display_width(line);
  print_to(stderr, "\r{}{}", line, std::string(width_ > width ? width_ - width : 0, ' '));
  std::fflush(stderr);
  width_ = width;
}

void Progress::finish() {
  if (shown_ && on_terminal_ && width_ > 0) print_to(stderr, "\r{}\r", std::string(width_, ' '));
}

}  // namespace memgrade::cli
