// Result<T>: a value, or the reason why *we* could not produce one.
//
// An Error is always about the grader and its surroundings (a missing tool, a full disk, a broken case file),
// never about a student's work: a wrong, crashing or hanging submission is Evidence
// (harness/model/evidence.hpp). `kind` is for the program, which decides exit codes by it; `message` is for a
// person, says what to do next, and is never searched by code.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace memgrade {

enum class ErrorKind {
  usage,           // the command line asks for something that does not exist
  case_file,       // a YAML case is broken; `where` is file:line:col
  nothing_found,   // there is nothing to grade
  io,              // a file of ours could not be read or written
  sandbox,         // student code could not be confined
  infrastructure,  // a tool is missing, or failed for no fault of the student's
  interrupted,     // the user asked us to stop
};

struct Error {
  ErrorKind kind = ErrorKind::infrastructure;
  std::string message;
  std::string where = {};  // a path, or file:line:col; empty where no place is known

  // "where: message", or the message alone.
  [[nodiscard]] std::string text() const { return where.empty() ? message : where + ": " + message; }
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message,
                                                 std::string where = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(where)});
}

}  // namespace memgrade
