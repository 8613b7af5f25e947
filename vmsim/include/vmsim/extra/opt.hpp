// OPT, Belady's optimal policy: the victim is the slot whose page is used again last, or never. It needs the
// future, so it is a yardstick and no policy for a real system. Among pages that are never used again the
// lowest slot goes.
//
// The next use of every access is found once, from the end of the trace: 4 bytes an access. A call takes
// logarithmic time. For memory the number of faults is the least possible. For a TLB it is only Belady's
// rule: entries also go with their pages.
#pragma once

#include <vmsim/extra/slot_heap.hpp>
#include <vmsim/policy.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace vmsim {

class Opt {
 public:
  Opt(std::size_t slots, const PolicySetup& setup) : next_use_(next_uses(setup.trace)), by_next_use_(slots) {}

  void on_insert(Slot slot, TraceIndex now) { by_next_use_.set(slot, {~next_use_[now], slot}); }
  void on_hit(Slot slot, TraceIndex now) { on_insert(slot, now); }
  void on_remove(Slot slot) { by_next_use_.remove(slot); }
  Slot victim() const { return by_next_use_.top(); }

 private:
  static constexpr TraceIndex kNever = 0xFFFF'FFFFU;  // no index of a trace: simulate() takes none so long

  // For each access the index of the next access to the same page, or kNever.
  static std::vector<TraceIndex> next_uses(std::span<const PageNumber> trace) {
    std::vector<TraceIndex> next(trace.size());
    const PageNumber highest = trace.empty() ? 0 : *std::max_element(trace.begin(), trace.end());
    std::vector<TraceIndex> seen(std::size_t{highest} + 1, kNever);
    for (std::size_t i = trace.size(); i-- > 0;) {
      next[i] = std::exchange(seen[trace[i]], static_cast<TraceIndex>(i));
    }
    return next;
  }

  std::vector<TraceIndex> next_use_;
  SlotHeap<std::pair<TraceIndex, Slot>>
      by_next_use_;  // rank: the complement of the next use, so that the furthest is on top
};

}  // namespace vmsim
