// Consoles as the driver would print them, for made-up results.
#pragma once

#include <fmt/format.h>

#include <harness/base/siphash.hpp>
#include <harness/oracle/rv64/check_trace.hpp>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::oracle {

inline constexpr TraceKey test_key{0x1234, {0x1111, 0x2222}};
inline constexpr std::uint64_t test_start = 0x8030'0000;

// A call as text and what the driver says of it, after "= ".
using Told = std::vector<std::pair<std::string, std::string>>;

class Console {
 public:
  explicit Console(const CallSequence& sequence) : sequence_(sequence) {
    line(fmt::format("@B 1 {:016x} {:x} 4096 {} {}", test_key.nonce, test_start, sequence.ops.size(),
                     static_cast<int>(sequence.phase)));
  }
  void result(const std::string& told) {
    line(fmt::format("@T {} {} 0 ={}{}", done_, wire_name(sequence_.ops[done_].call), told.empty() ? "" : " ",
                     told));
    ++done_;
  }
  void end(const std::string& status = "done") {
    line(fmt::format("@E {} {} {:016x}", done_ - (status == "done" ? 0 : 1), status, test_key.nonce));
  }
  void line(const std::string& text) {
    last_ = siphash(text, {test_key.key[0], test_key.key[1] ^ last_});
    lines.push_back(fmt::format("{} #{:08x}", text, last_ & 0xFFFF'FFFFU));
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& each : lines) all += each + "\r\n";
    return all;
  }

  std::vector<std::string> lines;

 private:
  const CallSequence& sequence_;
  std::size_t done_ = 0;
  std::uint64_t last_ = 0;
};

inline CallSequence calls_of(Phase phase, const Told& told) {
  Items lines;
  for (const auto& [call, result] : told) lines.push_back(call);
  return sequence_from_text(phase, lines).value();
}

inline PageTrace traced(const CallSequence& sequence, const Told& told) {
  Console console(sequence);
  for (const auto& [call, result] : told) console.result(result);
  const bool hang = !told.empty() && told.back().second.find("!hang") != std::string::npos;
  const bool fault = !told.empty() && told.back().second.find("!fault") != std::string::npos;
  console.end(hang ? "hang" : fault ? "fault" : "done");
  return parse_page_trace(console.text(), sequence, test_key);
}

inline std::vector<Violation> judged(Phase phase, const Told& told) {
  const CallSequence sequence = calls_of(phase, told);
  return judge_calls(sequence, traced(sequence, told)).violations;
}

}  // namespace memgrade::oracle
