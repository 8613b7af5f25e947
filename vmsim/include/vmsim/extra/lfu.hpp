// Least frequently used: the victim is the slot whose page was used least often since it came in; among
// equals the one that was used least recently. Counts start at 1 when a page comes in and are forgotten when
// it goes. Logarithmic time a call.
#pragma once

#include <vmsim/extra/slot_heap.hpp>
#include <vmsim/policy.hpp>

#include <utility>

namespace vmsim {

class Lfu {
 public:
  Lfu(std::size_t slots, const PolicySetup&) : by_use_(slots) {}

  void on_insert(Slot slot, TraceIndex now) { by_use_.set(slot, {1, now}); }
  void on_hit(Slot slot, TraceIndex now) { by_use_.set(slot, {by_use_.rank(slot).first + 1, now}); }
  void on_remove(Slot slot) { by_use_.remove(slot); }
  Slot victim() const { return by_use_.top(); }

 private:
  SlotHeap<std::pair<std::uint32_t, TraceIndex>> by_use_;  // rank: number of uses, then time of the last one
};

}  // namespace vmsim
