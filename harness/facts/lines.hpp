// Text of a student's program as lines that an expression can be held against. Inside this module only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace memgrade::facts {

// A longer line is no fact, so that one line of many megabytes costs nothing.
inline constexpr std::size_t kMaxLineBytes = 64 << 10;

// UTF-8 in any case, without ANSI escape sequences, NULs and carriage returns. Line feeds stay where they
// are.
[[nodiscard]] std::string clean_text(std::string_view bytes);

// The lines of cleaned text, trimmed, without the empty and the overlong ones. They point into `cleaned`.
[[nodiscard]] std::vector<std::string_view> candidate_lines(std::string_view cleaned);

}  // namespace memgrade::facts
