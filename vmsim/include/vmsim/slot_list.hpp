// An ordered list of slot numbers, kept in one vector: every slot has one node, and a node holds the numbers
// of its neighbours. Adding, removing and moving a slot are constant time and never allocate.
//
//    front                                back
//    [ 3 ] <-> [ 0 ] <-> [ 7 ] <-> ... <-> [ 5 ]        a ring: one more node, the anchor, closes it
//
// The list knows nothing of pages: a policy decides what the order means. Always holds: a slot outside the
// list is linked to itself, so that taking it out again changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vmsim {

using Slot = std::uint32_t;                    // an index below the number of slots
inline constexpr Slot kNoSlot = 0xFFFF'FFFFU;  // "there is none"

class SlotList {
 public:
  explicit SlotList(std::size_t slots) : nodes_(slots + 1), anchor_(static_cast<Slot>(slots)) {
    for (Slot slot = 0; slot <= anchor_; ++slot) nodes_[slot] = {slot, slot};
  }

  bool empty() const { return nodes_[anchor_].next == anchor_; }

  // The slot that has been longest in its place; kNoSlot when the list is empty.
  Slot front() const { return empty() ? kNoSlot : nodes_[anchor_].next; }

  // Adds a slot that is not in the list.
  void push_back(Slot slot) {
    const Slot last = nodes_[anchor_].previous;
    nodes_[slot] = {last, anchor_};
    nodes_[last].next = slot;
    nodes_[anchor_].previous = slot;
  }

  void remove(Slot slot) {
    unlink(slot);
    nodes_[slot] = {slot, slot};
  }

  void move_to_back(Slot slot) {
    if (nodes_[anchor_].previous == slot) return;
    unlink(slot);
    push_back(slot);
  }

 private:
  void unlink(Slot slot) {
    const Node node = nodes_[slot];
    nodes_[node.previous].next = node.next;
    nodes_[node.next].previous = node.previous;
  }

  struct Node {
    Slot previous;
    Slot next;
  };
  std::vector<Node> nodes_;  // one a slot, then the anchor
  Slot anchor_;
};

// Slots that are not in use, the one that was put there last on top. Constant time, and it never allocates:
// there is room for every slot once.
class SlotStack {
 public:
  // All slots, the lowest on top.
  explicit SlotStack(std::size_t slots) : slots_(slots), size_(slots) {
    for (std::size_t i = 0; i < slots; ++i) slots_[i] = static_cast<Slot>(slots - 1 - i);
  }

  // Takes the top slot; kNoSlot when there is none.
  Slot pop() { return size_ == 0 ? kNoSlot : slots_[--size_]; }

  // Puts back a slot that is not in the stack.
  void push(Slot slot) { slots_[size_++] = slot; }

 private:
  std::vector<Slot> slots_;
  std::size_t size_;
};

}  // namespace vmsim
