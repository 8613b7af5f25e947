// C source as text, for those who look for names and lines in it and have no compiler at hand.
#pragma once

#include <string>
#include <string_view>

namespace memgrade {

// The source with comments, and what stands inside strings and characters, blanked. Quotes, line ends and all
// offsets stay; a literal that is not closed ends with its line, a line comment goes on behind a backslash.
[[nodiscard]] std::string code_alone(std::string_view source);

}  // namespace memgrade
