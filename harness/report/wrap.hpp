// Text brought to the columns of a terminal. Widths are display widths: an East Asian wide character takes
// two.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::report {

// Prose: broken at spaces; a word that is wider than a line is broken after a '/', ',' or the like, else
// where the line is full; text of wide characters may be broken between any two. Line ends stay line ends.
// Spaces inside a line are kept, those at a break go. `columns` below 2 count as 2. Never empty.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// One line of program text: every space is kept, tabs become spaces (stops at 8), broken behind a space in
// the second half of a full line, else where the line is full.
[[nodiscard]] std::vector<std::string> wrap_verbatim(std::string_view line, std::size_t columns);

// A shell command: broken before words, with " \" at the end of all lines but the last, so that the lines can
// be pasted. Only a single word that is wider than a line is broken so that it cannot. No line begins with
// "::", which readers of logs could take for a command of theirs.
[[nodiscard]] std::vector<std::string> wrap_command(std::string_view command, std::size_t columns);

}  // namespace memgrade::report
