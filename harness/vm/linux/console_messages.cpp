#include <harness/base/text.hpp>
#include <harness/vm/linux/console_messages.hpp>

namespace memgrade::vm {

std::string panic_sentence(const std::string& console) {
  constexpr std::string_view key = "Kernel panic - not syncing";
  const std::size_t at = console.find(key);
  if (at == std::string::npos) return {};
  const std::size_t end = console.find_first_of("\r\n", at);
  return printable(std::string_view(console).substr(
      at, end == std::string::npos ? 300 : std::min<std::size_t>(end - at, 300)));
}

std::string agent_words(const std::string& console) {
  constexpr std::string_view key = "memgrade-agent: gives up: ";
  const std::size_t at = console.rfind(key);
  if (at == std::string::npos) return "the guest's agent gave up";
  const std::size_t end = console.find_first_of("\r\n", at);
  return "the guest's agent gave up: " +
         printable(console.substr(at + key.size(), end == std::string::npos ? end : end - at - key.size()));
}

}  // namespace memgrade::vm
