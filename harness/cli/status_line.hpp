// What a person sees while one long thing goes on: a line that is rewritten on a terminal; elsewhere a line
// for each new step, without the counting in between.
#pragma once

#include <harness/vm/cache.hpp>
#include <string>

namespace memgrade::cli {

class StatusLine {
 public:
  // Writes to standard error.
  explicit StatusLine(bool shown);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  // Valid as long as this object.
  [[nodiscard]] vm::Progress progress();
  // Takes the line away.
  void clear();

 private:
  void show(const std::string& text);

  bool shown_, on_terminal_;
  std::size_t width_ = 0;  // of the line that stands there
  std::string step_;       // what was said last, without its numbers
};

}  // namespace memgrade::cli
