// A shell in a machine with a student's submission in it, for a person who wants to look around. Nothing is
// judged, nothing is stored.
#pragma once

#include <filesystem>
#include <functional>
#include <harness/base/result.hpp>
#include <harness/vm/linux/terminal.hpp>
#include <optional>
#include <stop_token>
#include <string>

namespace memgrade::grading {

struct ShellOptions {
  std::filesystem::path student, root;
  std::string lab;
  std::optional<std::string> kernel;
  bool sandbox = true;
  std::function<void(const std::string& what)> progress = [](auto&&) {};
  // What a person should know before the shell opens: edits of the student's file, the kernel.
  std::function<void(const std::string& note)> note = [](auto&&) {};
};

// Builds the lab's part of the submission and opens the shell. How it ended: "" when the person left.
[[nodiscard]] Result<std::string> open_shell(const ShellOptions& options, const vm::Terminal& terminal,
                                             std::stop_token stop);

}  // namespace memgrade::grading
