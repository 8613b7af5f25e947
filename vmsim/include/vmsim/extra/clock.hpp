// CLOCK, the second-chance policy: the slots stand in a circle, each with a reference bit that use sets. The
// hand clears set bits as it passes and stops at the first slot whose bit is clear: that is the victim.
//
//           hand
//            v
//    [0:1] [1:1] [2:0] [3:1]     slot:bit  -> clears slot 1, takes slot 2, and waits at slot 3
//
// A slot that was just filled has its bit set. on_insert and on_hit take constant time. victim takes constant
// time on average: each bit it clears was set by one earlier call. A single call looks at all slots at most
// once, and one of them twice.
#pragma once

#include <vmsim/policy.hpp>

#include <vector>

namespace vmsim {

class Clock {
 public:
  Clock(std::size_t slots, const PolicySetup&) : referenced_(slots, 0) {}

  void on_insert(Slot slot, TraceIndex) { referenced_[slot] = 1; }
  void on_hit(Slot slot, TraceIndex) { referenced_[slot] = 1; }
  void on_remove(Slot) {}

  Slot victim() {
    while (referenced_[hand_] != 0) {
      referenced_[hand_] = 0;
      advance();
    }
    const Slot found = hand_;
    advance();
    return found;
  }

 private:
  void advance() { hand_ = hand_ + 1 == referenced_.size() ? 0 : hand_ + 1; }

  std::vector<std::uint8_t> referenced_;
  Slot hand_ = 0;
};

}  // namespace vmsim
