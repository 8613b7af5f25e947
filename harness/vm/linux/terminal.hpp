// A person's end of a guest's console. No terminal is touched here: how keys come and where text goes is the
// caller's.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace memgrade::vm {

struct Terminal {
  // What the guest prints, as it comes.
  std::function<void(std::string_view bytes)> show;
  // What was typed since the last call; never waits. Ctrl-] ends the machine.
  std::function<std::string()> typed;
  int rows = 24, columns = 80;
};

inline constexpr char terminal_end_field = 0x1d;  // Ctrl-]

}  // namespace memgrade::vm
