// What a guest's last words on its console were, and the key of a job's records.
#pragma once

#include <harness/base/result.hpp>
#include <harness/vm/guest_job.hpp>
#include <string>

namespace memgrade::vm {

// The sentence of a panic, as it stands on the console; "" when there was none.
[[nodiscard]] std::string panic_sentence(const std::string& console);
// Why the agent gave up, a sentence.
[[nodiscard]] std::string agent_words(const std::string& console);

[[nodiscard]] Result<RecordKey> random_key();

}  // namespace memgrade::vm
