#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/cli/status_line.hpp>

namespace memgrade::cli {

StatusLine::StatusLine(bool shown) : shown_(shown), on_terminal_(isatty(STDERR_FILENO)) {}

StatusLine::~StatusLine() {
  clear();
}

vm::Progress StatusLine::progress() {
  if (!shown_) return {};
  return [this](const std::string& line) { show(line); };
}

void StatusLine::show(const std::string& text) {
  if (!on_terminal_) {
    std::string step = text;
    std::erase_if(step, [](char c) { return c >= '0' && c <= '9'; });
    if (step == step_) return;
    step_ = step;
    print_to(stderr, "{}\n", text);
    return;
  }
  const std::string line = shorten(text, static_cast<std::size_t>(terminal_columns(STDERR_FILENO) - 1));
  const std::size_t width = display_width(line);
  print_to(stderr, "\r{}{}", line, std::string(width_ > width ? width_ - width : 0, ' '));
  std::fflush(stderr);
  width_ = width;
}

void StatusLine::clear() {
  if (width_ > 0) print_to(stderr, "\r{}\r", std::string(width_, ' '));
  std::fflush(stderr);
  width_ = 0;
}

}  // namespace memgrade::cli
