// How many columns a character takes on a terminal.
#pragma once

#include <cstddef>

namespace memgrade::utf8 {

// Columns on a terminal: 0, 1 or 2.
[[nodiscard]] std::size_t width(char32_t point);

}  // namespace memgrade::utf8
