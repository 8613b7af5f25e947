// What a guest's last words on its console were.
#pragma once

#include <string>

namespace memgrade::vm {

// The sentence of a panic, as it stands on the console; "" when there was none.
[[nodiscard]] std::string panic_sentence(const std::string& console);
// Why the agent gave up, a sentence.
[[nodiscard]] std::string agent_words(const std::string& console);

}  // namespace memgrade::vm
