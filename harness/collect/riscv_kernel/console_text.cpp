#include <algorithm>
#include <harness/base/control_sequence.hpp>
#include <harness/collect/riscv_kernel/console_text.hpp>

namespace memgrade::collect {
std::string plain_console(std::string_view bytes) {
  // First, for a NUL may stand inside a sequence.
  std::string without_nuls(bytes);
  std::erase(without_nuls, '\0');
  std::string_view rest = without_nuls;
  std::string text;
  while (!rest.empty()) {
    if (const ControlSequence sequence = control_sequence(rest); sequence.complete && sequence.is_csi) {
      rest.remove_prefix(sequence.bytes);
      continue;
    }
    const std::size_t returns = std::min(rest.find_first_not_of('\r'), rest.size());
    if (returns > 0 && (returns == rest.size() || rest[returns] == '\n')) {
      rest.remove_prefix(returns);
      continue;
    }
    text += rest.front();
    rest.remove_prefix(1);
  }
  return text;
}

}  // namespace memgrade::collect
