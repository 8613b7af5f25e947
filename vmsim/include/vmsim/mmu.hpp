// The memory-management unit and the page-fault handler behind it: TLB -> page table -> page fault.
//
//    page --> TLB --hit-------------------------------> frame
//              |miss                                     ^
//              v                                         |  (the TLB learns page -> frame)
//             page table --present-----------------------+
//              |fault                                    |
//              v                                         |
//             free frame, or the policy's victim --------+
//
// It decides where pages are, and neither reads bytes (PhysicalMemory does) nor counts (Statistics does).
// Always holds: a page that has a TLB entry is in memory, in the frame that the entry names. One policy type
// serves the TLB and memory, with a state of its own for each.
#pragma once

#include <vmsim/frame_table.hpp>
#include <vmsim/page_table.hpp>
#include <vmsim/policy.hpp>
#include <vmsim/statistics.hpp>
#include <vmsim/tlb.hpp>

#include <algorithm>
#include <optional>

namespace vmsim {

struct MachineConfig {
  Geometry geometry;
  std::size_t frames = 256;
  std::size_t tlb_entries = 16;
  std::uint64_t seed = 0;
};

// What programs use, whatever the policy.
class Mmu {
 public:
  virtual ~Mmu() = default;

  // Translates one access. `page` is below the page count; `now` is its place in the trace and grows from
  // call to call.
  virtual Translation translate(PageNumber page, TraceIndex now) = 0;
};

template <ReplacementPolicy Policy>
class MmuOf final : public Mmu {
 public:
  // `trace` must outlive the object. Frames and entries beyond the number of pages could never be filled: not
  // kept.
  MmuOf(const MachineConfig& config, std::span<const PageNumber> trace)
      : MmuOf(config.geometry.page_count(), config, PolicySetup{trace, config.seed}) {}

  Translation translate(PageNumber page, TraceIndex now) override {
    if (const auto known = tlb_.lookup(page, now)) {
      policy_.on_hit(*known, now);
      return {*known, true, false};
    }
    std::optional<FrameNumber> frame = page_table_.lookup(page);
    const bool page_fault = !frame;
    if (page_fault) {
      frame = bring_in(page, now);
      if (!frame) return {kNoFrame, false, true};
    } else {
      policy_.on_hit(*frame, now);
    }
    tlb_.insert(page, *frame, now);
    return {*frame, false, page_fault};
  }

 private:
  MmuOf(std::size_t pages, const MachineConfig& config, const PolicySetup& setup)
      : tlb_(std::min(config.tlb_entries, pages), pages, tlb_setup(setup)),
        page_table_(pages),
        frames_(std::min(config.frames, pages)),
        policy_(std::min(config.frames, pages), setup) {}

  // Another seed for the TLB, or both would draw the same lots.
  static PolicySetup tlb_setup(PolicySetup setup) {
    setup.seed = ~setup.seed;
    return setup;
  }

  std::optional<FrameNumber> bring_in(PageNumber page, TraceIndex now) {
    std::optional<FrameNumber> frame = frames_.take_free();
    if (!frame) frame = evict();
    if (!frame) return std::nullopt;
    frames_.hold(*frame, page);
    page_table_.map(page, *frame);
    policy_.on_insert(*frame, now);
    return frame;
  }

  // Empties the frame that the policy names, and returns it.
  std::optional<FrameNumber> evict() {
    // STUDENT BEGIN(page-replacement)
    // TODO: ask the policy for a victim; when it says kNoSlot, return std::nullopt.
    // TODO: The page in that frame must leave the page table, and its entry must leave the TLB.
    // TODO: Tell the policy (on_remove) and return the frame.
    // STUB: return std::nullopt;
    const Slot victim = policy_.victim();
    if (victim == kNoSlot) return std::nullopt;
    const PageNumber page = frames_.page_in(victim);
    page_table_.unmap(page);
    tlb_.remove(page);
    policy_.on_remove(victim);
    return victim;
    // STUDENT END
  }

  Tlb<Policy> tlb_;
  PageTable page_table_;
  FrameTable frames_;
  Policy policy_;
};

}  // namespace vmsim
