// What commands print. A stream that cannot be written (closed, a full disk, a pipe that nobody reads) ends
// nothing midway: the command does its work to the end, its files are complete, and then it fails.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

namespace memgrade::cli {

// Before anything else: a pipe without a reader is an error of the write and no signal (children get the
// signal back), and no file that is opened later becomes the standard stream that was closed.
void prepare_output();

// Writes to stdout or stderr, and never throws.
void write_to(std::FILE* stream, std::string_view text);

template <typename... Args>
void print_to(std::FILE* stream, fmt::format_string<Args...> format, Args&&... args) {
  write_to(stream, fmt::format(format, std::forward<Args>(args)...));
}

// For who writes to the descriptor itself: what is lost there counts, too.
void note_unwritten(int fd, int error);

// After all else: `status`, or kInfrastructure when something that was printed is lost; which, and why, is
// said on the stream that is left.
[[nodiscard]] int finish_output(int status);

}  // namespace memgrade::cli
