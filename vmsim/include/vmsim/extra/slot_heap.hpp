// A binary heap of slots, each with a rank; the slot of the lowest rank is on top. The place of every slot is
// known, so its rank can be changed and the slot taken out where it stands.
//
// set and remove take logarithmic time, top constant time; nothing allocates after construction. Always
// holds: heap_[place_[slot]].slot == slot for every slot in the heap, and place_[slot] == kNoSlot for the
// others.
#pragma once

#include <vmsim/slot_list.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace vmsim {

template <class Rank>
class SlotHeap {
 public:
  explicit SlotHeap(std::size_t slots) : place_(slots, kNoSlot) { heap_.reserve(slots); }

  // The slot of the lowest rank; kNoSlot when the heap is empty.
  Slot top() const { return heap_.empty() ? kNoSlot : heap_.front().slot; }

  // The rank of a slot in the heap.
  const Rank& rank(Slot slot) const { return heap_[place_[slot]].rank; }

  // Adds the slot with that rank, or changes its rank.
  void set(Slot slot, const Rank& rank) {
    if (place_[slot] == kNoSlot) {
      place_[slot] = static_cast<Slot>(heap_.size());
      heap_.push_back({rank, slot});
    } else {
      heap_[place_[slot]].rank = rank;
    }
    settle(place_[slot]);
  }

  void remove(Slot slot) {
    const Slot place = std::exchange(place_[slot], kNoSlot);
    if (place == kNoSlot) return;
    const Node last = heap_.back();
    heap_.pop_back();
    if (last.slot == slot) return;
    put(place, last);
    settle(place);
  }

 private:
  struct Node {
    Rank rank;
    Slot slot;
  };

  void put(Slot place, const Node& node) {
    heap_[place] = node;
    place_[node.slot] = place;
  }

  // Moves the node at `place` up or down to where its rank belongs.
  void settle(Slot place) {
    const Node node = heap_[place];
    while (place > 0 && node.rank < heap_[(place - 1) / 2].rank) {
      put(place, heap_[(place - 1) / 2]);
      place = (place - 1) / 2;
    }
    for (;;) {
      std::size_t child = std::size_t{2} * place + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && heap_[child + 1].rank < heap_[child].rank) ++child;
      if (!(heap_[child].rank < node.rank)) break;
      put(place, heap_[child]);
      place = static_cast<Slot>(child);
    }
    put(place, node);
  }

  std::vector<Node> heap_;
  std::vector<Slot> place_;
};

}  // namespace vmsim
