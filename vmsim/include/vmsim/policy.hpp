// What a replacement policy is. A policy looks after a fixed number of slots (the frames of memory, or the
// entries of the TLB) and says which one to empty when all are taken. It knows slots and points in time,
// never what is in a slot.
//
// The owner of the slots calls, with `now` the position of the current access in the trace:
//
//    on_insert(slot, now)   a page was put into `slot`, which held nothing
//    on_hit(slot, now)      the page in `slot` was used again
//    on_remove(slot)        `slot` was emptied: it was the victim, or its page went for another reason
//    victim()               which slot to empty: asked only when every slot is taken; kNoSlot: no answer
//
// victim() chooses and does not empty: on_remove(slot) and on_insert(slot, now) follow.
//
// For memory, an access that hits the TLB is a hit of the page's frame as well. `now` never goes back. A
// policy is made with the number of slots and a PolicySetup, and allocates nothing after that.
#pragma once

#include <vmsim/address.hpp>
#include <vmsim/slot_list.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vmsim {

// What a policy may know beforehand. The trace outlives the policy.
struct PolicySetup {
  std::span<const PageNumber> trace;  // all accesses, in order: for policies that look ahead
  std::uint64_t seed = 0;             // for policies that draw lots
};

template <class P>
concept ReplacementPolicy = std::constructible_from<P, std::size_t, const PolicySetup&> &&
    requires(P policy, Slot slot, TraceIndex now) {
  policy.on_insert(slot, now);
  policy.on_hit(slot, now);
  policy.on_remove(slot);
  { policy.victim() } -> std::same_as<Slot>;
};

}  // namespace vmsim
