// What a person sees while a run goes on: one line that is rewritten on a terminal, a line for each finished
// task elsewhere.
#pragma once

#include <harness/grading/grade.hpp>
#include <string>

namespace memgrade::cli {

class Progress {
 public:
  Progress(bool shown, int fd);
  [[nodiscard]] grading::Observer observer();
  // Takes the line away.
  void finish();

 private:
  void rewrite(const std::string& text);
  void task_done(const std::string& lab, const TaskReport& task);

  bool shown_, on_terminal_;
  int fd_;
  std::size_t done_ = 0, planned_ = 0;
  std::size_t width_ = 0;  // of the line that stands there
};

}  // namespace memgrade::cli
