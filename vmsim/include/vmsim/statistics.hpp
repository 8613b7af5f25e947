// What is counted while a trace runs. The devices (TLB, page table, memory) count nothing themselves.
#pragma once

#include <vmsim/address.hpp>

#include <cstdint>

namespace vmsim {

inline constexpr FrameNumber kNoFrame = 0xFFFF'FFFFU;

// How one access went. `frame` is kNoFrame only while a part that finds or frees a frame is not written yet.
struct Translation {
  FrameNumber frame = kNoFrame;
  bool tlb_hit = false;
  bool page_fault = false;
};

struct Statistics {
  std::uint64_t translated_addresses = 0;
  std::uint64_t page_faults = 0;
  std::uint64_t tlb_hits = 0;

  void record(const Translation& translation) {
    ++translated_addresses;
    // STUDENT BEGIN(count-page-faults)
    // TODO: count the page faults in `page_faults`.
    // STUB: static_cast<void>(translation);
    page_faults += translation.page_fault ? 1 : 0;
    // STUDENT END
    // STUDENT BEGIN(count-tlb-hits)
    // TODO: count the TLB hits in `tlb_hits`.
    // STUB: static_cast<void>(translation);
    tlb_hits += translation.tlb_hit ? 1 : 0;
    // STUDENT END
  }

  // Fractions of the translated addresses, 0 to 1; 0 for an empty trace.
  double page_fault_rate() const { return rate(page_faults); }
  double tlb_hit_rate() const { return rate(tlb_hits); }

  bool operator==(const Statistics&) const = default;

 private:
  double rate(std::uint64_t count) const {
    if (translated_addresses == 0) return 0.0;
    return static_cast<double>(count) / static_cast<double>(translated_addresses);
  }
};

}  // namespace vmsim
