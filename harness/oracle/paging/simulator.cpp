// The machine itself: a TLB, the frames, and one access after the other (paging.hpp).
//
// Why LRU leaves nothing open. Every access, TLB hits included, uses its page in the TLB and in memory alike,
// so both order their pages by the same last use: the TLB holds the min(entries, frames) pages used last. The
// page that is evicted is the one of all resident pages whose use is longest ago.
//   entries < frames: it is older than everything in the TLB, so it does not stand there.
//   entries = frames: it is also the TLB's own victim; removing it first, or letting the new entry push it
//     out, is the same.
//   entries > frames: the TLB has room left for every resident page. An entry that stays dead is older than
//     every live one, so it goes before any of them.
// And an entry's place means nothing, since its last use alone decides. A program that does not count a TLB
// hit as a use of the page in memory may evict a page that was used just before: that is not LRU, and not
// accepted.
//
// With FIFO, too, no way of StaleEntry changes page faults or physical addresses: a hit implies that the page
// is resident, and memory replaces by the order of loading, which no TLB hit or miss changes.
#include <algorithm>
#include <array>
#include <harness/oracle/paging/paging.hpp>
#include <harness/oracle/paging/simulator.hpp>

namespace memgrade::oracle {
namespace {

struct TlbEntry {
  std::uint64_t page = 0;
  std::uint64_t frame = 0;
  std::uint64_t used_at = 0;
  bool live = true;
};

// The vector is the queue: the oldest entry stands first.
class Tlb {
 public:
  Tlb(const Machine& machine, StaleEntry stale)
      : capacity_(machine.tlb_entries), policy_(machine.policy), stale_(stale) {}

  [[nodiscard]] bool holds(std::uint64_t page) const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [&](const TlbEntry& entry) { return entry.live && entry.page == page; });
  }

  // The frame of a page that the TLB holds.
  std::uint64_t use(std::uint64_t page, std::uint64_t now) {
    const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const TlbEntry& e) { return e.live && e.page == page; });
    entry->used_at = now;
    return entry->frame;
  }

  void insert(std::uint64_t page, std::uint64_t frame, std::uint64_t now) {
    const TlbEntry fresh{page, frame, now, true};
    if (const auto slot = slot_to_reuse(page); slot != entries_.end()) {
      *slot = fresh;
      return;
    }
    if (stale_ == StaleEntry::age_out_drop)
      std::erase_if(entries_, [&](const TlbEntry& entry) { return !entry.live && entry.page == page; });
    if (entries_.size() == capacity_) entries_.erase(victim());
    entries_.push_back(fresh);
  }

  // The page has left memory.
  void forget(std::uint64_t page) {
    const bool removed = stale_ == StaleEntry::close_up || stale_ == StaleEntry::close_up_late;
    if (removed) std::erase_if(entries_, [&](const TlbEntry& entry) { return entry.page == page; });
    for (TlbEntry& entry : entries_)
      if (entry.page == page) entry.live = false;
  }

 private:
  using Place = std::vector<TlbEntry>::iterator;

  Place slot_to_reuse(std::uint64_t page) {
    const bool any_hole = stale_ == StaleEntry::take_place;
    const bool own_hole = stale_ == StaleEntry::age_out_revive;
    return std::find_if(entries_.begin(), entries_.end(), [&](const TlbEntry& entry) {
      return !entry.live && (any_hole || (own_hole && entry.page == page));
    });
  }

  Place victim() {
    if (policy_ == Policy::fifo) return entries_.begin();
    return std::min_element(entries_.begin(), entries_.end(),
                            [](const TlbEntry& a, const TlbEntry& b) { return a.used_at < b.used_at; });
  }

  std::vector<TlbEntry> entries_;
  std::uint64_t capacity_;
  Policy policy_;
  StaleEntry stale_;
};

struct Frame {
  std::uint64_t page = 0;
  std::uint64_t loaded_at = 0;
  std::uint64_t used_at = 0;
};

// The frames that hold a page; the page table is a search through them.
class Memory {
 public:
  explicit Memory(const Machine& machine) : capacity_(machine.frames), policy_(machine.policy) {}

  [[nodiscard]] std::optional<std::uint64_t> frame_of(std::uint64_t page) const {
    const auto found =
        std::find_if(frames_.begin(), frames_.end(), [&](const Frame& frame) { return frame.page == page; });
    if (found == frames_.end()) return std::nullopt;
    return static_cast<std::uint64_t>(found - frames_.begin());
  }

  void use(std::uint64_t frame, std::uint64_t now) { frames_[frame].used_at = now; }

  // Loads the page into a free frame or that of the victim, whose page is left in `evicted`.
  std::uint64_t load(std::uint64_t page, std::uint64_t now, std::optional<std::uint64_t>& evicted) {
    const Frame fresh{page, now, now};
    if (frames_.size() < capacity_) {
      frames_.push_back(fresh);
      return frames_.size() - 1;
    }
    const auto chosen = std::min_element(frames_.begin(), frames_.end(), [&](const Frame& a, const Frame& b) {
      return policy_ == Policy::fifo ? a.loaded_at < b.loaded_at : a.used_at < b.used_at;
    });
    evicted = chosen->page;
    *chosen = fresh;
    return static_cast<std::uint64_t>(chosen - frames_.begin());
  }

 private:
  std::vector<Frame> frames_;
  std::uint64_t capacity_;
  Policy policy_;
};

}  // namespace

std::span<const StaleEntry> stale_entry_ways() {
  static constexpr std::array ways{
      StaleEntry::close_up, StaleEntry::close_up_late, StaleEntry::take_place,
      StaleEntry::age_out,  StaleEntry::age_out_drop,  StaleEntry::age_out_revive,
  };
  return ways;
}

Simulation simulate(const Machine& machine, std::span<const std::uint64_t> addresses, StaleEntry stale) {
  const bool late = stale == StaleEntry::close_up_late;
  Tlb tlb(machine, stale);
  Memory memory(machine);
  Simulation result;
  std::uint64_t now = 0;
  for (const std::uint64_t address : addresses) {
    ++now;
    Access access{.address = address,
                  .page = address / machine.space.page_bytes,
                  .offset = address % machine.space.page_bytes};
    access.tlb_hit = tlb.holds(access.page);
    if (access.tlb_hit) {
      access.frame = tlb.use(access.page, now);
    } else {
      const std::optional<std::uint64_t> resident = memory.frame_of(access.page);
      access.page_fault = !resident;
      access.frame = resident ? *resident : memory.load(access.page, now, access.evicted_page);
      access.evicted_stood_in_tlb = access.evicted_page && tlb.holds(*access.evicted_page);
      if (access.evicted_page && !late) tlb.forget(*access.evicted_page);
      tlb.insert(access.page, access.frame, now);
      if (access.evicted_page && late) tlb.forget(*access.evicted_page);
    }
    memory.use(access.frame, now);
    result.page_faults += access.page_fault ? 1 : 0;
    result.tlb_hits += access.tlb_hit ? 1 : 0;
    result.accesses.push_back(access);
  }
  return result;
}

}  // namespace memgrade::oracle
