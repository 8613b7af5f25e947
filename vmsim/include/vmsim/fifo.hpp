// First in, first out: the victim is the slot that was filled longest ago. Use does not count. Every call
// takes constant time.
#pragma once

#include <vmsim/policy.hpp>

namespace vmsim {

class Fifo {
 public:
  Fifo(std::size_t slots, const PolicySetup&) : order_(slots) {}

  void on_insert(Slot slot, TraceIndex) {
    // STUDENT BEGIN(fifo-insert)
    // TODO: remember that `slot` was filled just now: it is the youngest.
    // STUB: static_cast<void>(slot);
    order_.push_back(slot);
    // STUDENT END
  }

  void on_hit(Slot, TraceIndex) {}

  void on_remove(Slot slot) {
    // STUDENT BEGIN(fifo-remove)
    // TODO: forget `slot`: it is empty now.
    // STUB: static_cast<void>(slot);
    order_.remove(slot);
    // STUDENT END
  }

  Slot victim() const {
    // STUDENT BEGIN(fifo-victim)
    // TODO: return the slot that was filled longest ago.
    // STUB: return kNoSlot;
    return order_.front();
    // STUDENT END
  }

 private:
  SlotList order_;  // oldest first
};

}  // namespace vmsim
