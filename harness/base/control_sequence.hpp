// Terminal control sequences in text that a program printed: ECMA-48, 5.4 (CSI) and 5.6 (OSC and other
// strings), and the short escapes.
#pragma once

#include <cstddef>
#include <string_view>

namespace memgrade {

struct ControlSequence {
  std::size_t bytes = 0;  // 0: none begins here
  // It is not complete: `bytes` go to where it breaks off, the line's end at the latest, so that an open
  // sequence never swallows what follows.
  bool complete = false;
  bool is_csi = false;  // ESC [ …: colours, movements
};

// The sequence that `text` begins with.
[[nodiscard]] ControlSequence control_sequence(std::string_view text);

}  // namespace memgrade
