// C source as far as a check on names needs it: which functions and macros a file defines, and which names
// stand in them. No compiler: comments, strings and directives are blanked, and braces are counted; a closing
// brace at the begin of a line ends a function whatever the count says, as the kernel's style has it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {

struct CPart {
  std::string name;  // of the function or macro
  std::size_t begin = 0, end = 0;
};

struct CSource {
  std::string text;                // as given
  std::string code;                // of the same length; what is no code is blanks
  std::vector<CPart> definitions;  // bodies in `code`, functions and macros

  [[nodiscard]] std::size_t line_of(std::size_t offset) const;  // from 1
  [[nodiscard]] std::string line_text(std::size_t offset) const;
};
[[nodiscard]] CSource read_c(std::string_view text);

// Calls `take` with each name in code[begin, end) and its offset.
void for_names(std::string_view code, std::size_t begin, std::size_t end,
               const std::function<void(std::string_view name, std::size_t offset)>& take);

// What stands between the comments STUDENT BEGIN(part) and STUDENT END, comments included; an open one goes
// to the end.
[[nodiscard]] std::vector<CPart> marked_parts(const CSource& source, std::string_view part);

// All parts that `roots` lead to: themselves, and the definitions whose names stand in them, and so on.
[[nodiscard]] std::vector<CPart> reach_of(const CSource& source, const std::vector<CPart>& roots);

}  // namespace memgrade
