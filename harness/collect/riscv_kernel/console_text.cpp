#include <algorithm>
#include <harness/collect/riscv_kernel/console_text.hpp>

namespace memgrade::collect {
namespace {

bool in(char c, unsigned char first, unsigned char last) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= first && byte <= last;
}

// The bytes of the control sequence that `text` begins with; 0 when it begins with none (ECMA-48, 5.4).
std::size_t sequence_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  std::size_t at = 2;
  while (at < text.size() && in(text[at], 0x30, 0x3F)) ++at;
  while (at < text.size() && in(text[at], 0x20, 0x2F)) ++at;
  return at < text.size() && in(text[at], 0x40, 0x7E) ? at + 1 : 0;
}

}  // namespace

std::string plain_console(std::string_view bytes) {
  // First, for a NUL may stand inside a sequence.
  std::string without_nuls(bytes);
  std::erase(without_nuls, '\0');
  std::string_view rest = without_nuls;
  std::string text;
  while (!rest.empty()) {
    if (const std::size_t length = sequence_length(rest); length > 0) {
      rest.remove_prefix(length);
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
