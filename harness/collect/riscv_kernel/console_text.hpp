// A kernel's console as text that can be compared: kernels of the course's framework print a NUL before most
// numbers and colours around their verdicts.
#pragma once

#include <string>
#include <string_view>

namespace memgrade::collect {

// Without NULs, colour codes (CSI sequences) and the carriage returns before a line's end. A sequence that
// does not end on its line stays as it is.
[[nodiscard]] std::string plain_console(std::string_view bytes);

}  // namespace memgrade::collect
