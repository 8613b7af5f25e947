// One trace judged by all models: what the collector asks while it shrinks, and what it keeps.
#pragma once

#include <harness/oracle/rv64/driver_trace.hpp>
#include <harness/oracle/rv64/rules.hpp>
#include <vector>

namespace memgrade::oracle {

struct Judgement {
  // Empty when every rule was kept and the run came to its end. Each rule at most once, with the first
  // operation that broke it; in the order of the operations, so that the first is the one to tell.
  std::vector<Violation> violations = {};
  std::size_t judged = 0;  // operations after which the models still knew what is given out
  std::size_t given = 0;   // blocks, objects and VMAs that came: none from functions that nobody filled in
};
// Pure.
[[nodiscard]] Judgement judge_calls(const CallSequence& sequence, const PageTrace& trace);

}  // namespace memgrade::oracle
