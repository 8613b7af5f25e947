// A value or the reason why there is none. A small stand-in for std::expected, which C++20 does not have.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace vmsim {

enum class ErrorKind {
  bad_input,  // an option, a trace or a backing store says something that cannot be used
  io,         // a file could not be opened, read or written
};

struct Error {
  ErrorKind kind = ErrorKind::bad_input;
  std::string message;  // one line without a newline; names the file and line where there is one
};

inline Error bad_input(std::string message) {
  return {ErrorKind::bad_input, std::move(message)};
}

// Either a T or an Error. `*result` and `result->` need a value, `result.error()` needs an error.
template <class T>
class Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace vmsim
