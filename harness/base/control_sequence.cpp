#include <harness/base/control_sequence.hpp>

namespace memgrade {
namespace {

constexpr char kEscape = '\x1b';

// The index behind the characters from `low` to `high` that stand at `at`.
std::size_t behind_all(std::string_view text, std::size_t at, char low, char high) {
  while (at < text.size() && text[at] >= low && text[at] <= high) ++at;
  return at;
}

// The last character of a sequence at `at`, or where it breaks off.
ControlSequence ended(std::string_view text, std::size_t at, char low, bool is_csi) {
  const bool complete = at < text.size() && text[at] >= low && text[at] <= 0x7E;
  return {complete ? at + 1 : at, complete, is_csi};
}

// A string goes up to BEL or ESC \ on its line.
ControlSequence string_sequence(std::string_view text) {
  std::size_t at = 2;
  while (at < text.size() && text[at] != '\a' && text[at] != kEscape && text[at] != '\n') ++at;
  if (at < text.size() && text[at] == '\a') return {at + 1, true, false};
  if (text.substr(at, 2) == "\x1b\\") return {at + 2, true, false};
  return {at, false, false};
}

}  // namespace

ControlSequence control_sequence(std::string_view text) {
  if (text.empty() || text.front() != kEscape) return {};
  if (text.size() == 1) return {1, false, false};
  switch (text[1]) {
    case '[':
      return ended(text, behind_all(text, behind_all(text, 2, 0x30, 0x3F), 0x20, 0x2F), 0x40, true);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return string_sequence(text);
    default:
      return ended(text, behind_all(text, 1, 0x20, 0x2F), 0x30, false);
  }
}

}  // namespace memgrade
