// The translation look-aside buffer: a small cache of page -> frame, with a replacement policy of its own.
//
// It holds copies of page-table entries, so an entry must go when its page leaves memory (`remove`): a stale
// entry would translate to a frame that holds another page. The emptied slot is taken by the next insertion,
// without an eviction. A TLB of no entries is allowed: every lookup misses. Every call takes constant time
// (as far as the policy does): where a page's entry stands is kept for each page, in place of the comparators
// of a real, fully associative TLB.
#pragma once

#include <vmsim/address.hpp>
#include <vmsim/policy.hpp>

#include <optional>
#include <vector>

namespace vmsim {

template <ReplacementPolicy Policy>
class Tlb {
 public:
  Tlb(std::size_t entries, std::size_t pages, const PolicySetup& setup)
      : entries_(entries), slot_of_page_(pages, kNoSlot), free_slots_(entries), policy_(entries, setup) {}

  // The frame of `page` if the TLB knows it (the policy is told of the use), or nothing: a TLB miss.
  std::optional<FrameNumber> lookup(PageNumber page, TraceIndex now) {
    // STUDENT BEGIN(tlb-lookup)
    // TODO: find the entry of `page`. On a hit tell the policy (on_hit) and return the entry's frame.
    // TODO: Return std::nullopt on a miss.
    // STUB: static_cast<void>(page), static_cast<void>(now);
    // STUB: return std::nullopt;
    const Slot slot = slot_of_page_[page];
    if (slot == kNoSlot) return std::nullopt;
    policy_.on_hit(slot, now);
    return entries_[slot].frame;
    // STUDENT END
  }

  // Adds page -> frame, for a page that the TLB does not hold; when it is full the policy's victim makes
  // room.
  void insert(PageNumber page, FrameNumber frame, TraceIndex now) {
    if (entries_.empty()) return;
    // STUDENT BEGIN(tlb-insert)
    // TODO: take a free slot; when there is none, remove the entry that the policy names (victim) first.
    // TODO: Store the entry in the slot, note the slot of the page, and tell the policy (on_insert).
    // STUB: static_cast<void>(page), static_cast<void>(frame), static_cast<void>(now);
    Slot slot = free_slots_.pop();
    if (slot == kNoSlot) {
      const Slot victim = policy_.victim();
      if (victim == kNoSlot) return;
      remove(entries_[victim].page);
      slot = free_slots_.pop();
      if (slot == kNoSlot) return;
    }
    entries_[slot] = {page, frame};
    slot_of_page_[page] = slot;
    policy_.on_insert(slot, now);
    // STUDENT END
  }

  // Drops the entry of `page`, if there is one, and frees its slot.
  void remove(PageNumber page) {
    // STUDENT BEGIN(tlb-remove)
    // TODO: if `page` has an entry, forget it, free its slot, and tell the policy (on_remove).
    // STUB: static_cast<void>(page);
    const Slot slot = slot_of_page_[page];
    if (slot == kNoSlot) return;
    slot_of_page_[page] = kNoSlot;
    free_slots_.push(slot);
    policy_.on_remove(slot);
    // STUDENT END
  }

 private:
  struct Entry {
    PageNumber page = 0;
    FrameNumber frame = 0;
  };
  std::vector<Entry> entries_;      // by slot
  std::vector<Slot> slot_of_page_;  // kNoSlot: the page has no entry
  SlotStack free_slots_;
  Policy policy_;
};

}  // namespace vmsim
