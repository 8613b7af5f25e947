// Least recently used: the victim is the slot whose last use (its filling counts as one) is longest ago.
// Every call takes constant time, so the list is the clock: no time stamps are kept or compared.
#pragma once

#include <vmsim/policy.hpp>

namespace vmsim {

class Lru {
 public:
  Lru(std::size_t slots, const PolicySetup&) : order_(slots) {}

  void on_insert(Slot slot, TraceIndex) {
    // STUDENT BEGIN(lru-insert)
    // TODO: remember that `slot` was filled, and so used, just now.
    // STUB: static_cast<void>(slot);
    order_.push_back(slot);
    // STUDENT END
  }

  void on_hit(Slot slot, TraceIndex) {
    // STUDENT BEGIN(lru-hit)
    // TODO: remember that `slot` was used just now.
    // STUB: static_cast<void>(slot);
    order_.move_to_back(slot);
    // STUDENT END
  }

  void on_remove(Slot slot) {
    // STUDENT BEGIN(lru-remove)
    // TODO: forget `slot`: it is empty now.
    // STUB: static_cast<void>(slot);
    order_.remove(slot);
    // STUDENT END
  }

  Slot victim() const {
    // STUDENT BEGIN(lru-victim)
    // TODO: return the slot whose last use is longest ago.
    // STUB: return kNoSlot;
    return order_.front();
    // STUDENT END
  }

 private:
  SlotList order_;  // least recently used first
};

}  // namespace vmsim
