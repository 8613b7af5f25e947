// Demand paging with a TLB, access by access, in the most obvious way: paging.hpp says why.
#pragma once

#include <cstdint>
#include <harness/oracle/paging/trace.hpp>
#include <optional>
#include <span>
#include <vector>

namespace memgrade::oracle {

enum class Policy { fifo, lru };

struct Machine {
  AddressSpace space = {};
  std::uint64_t frames = 256;
  std::uint64_t tlb_entries = 16;
  Policy policy = Policy::fifo;
};

// A page that is evicted may still stand in the TLB. Its entry must never translate again, but the book does
// not say what becomes of its place in the TLB's queue. These are the ways in which right programs differ,
// with a TLB of four, the oldest entry first, page v evicted, n loaded, later m:
//
//                                     a b v c    n comes    m comes
//   close_up        v is taken out               a b c n    b c n m    a list, or a time of entry for each
//   close_up_late   the same, after n came in    b c n      b c n m    the oldest had to make room for n
//   take_place      n goes into v's slot         a b n c    b n c m    an array; a free slot is sought first
//   age_out         the slot stays dead          b . c n    . c n m    a ring that overwrites the next slot
//   age_out_drop    likewise; a dead entry is removed when its own page comes back
//   age_out_revive  likewise; a dead entry becomes live again, in its old place, when its own page comes back
//
// What is not accepted: the entry that still translates (wrong values); a TLB that is emptied as a whole, or
// that moves the last entry into the hole (then it is no FIFO); a slot that is freed after n came in and
// taken by the load after that (53 TLB hits on the book's trace with 128 frames, where the course has 54).
enum class StaleEntry {
  close_up,
  close_up_late,
  take_place,
  age_out,
  age_out_drop,
  age_out_revive,
};
[[nodiscard]] std::span<const StaleEntry> stale_entry_ways();

struct Access {
  std::uint64_t address = 0, page = 0, offset = 0;
  std::uint64_t frame = 0;
  bool tlb_hit = false;
  bool page_fault = false;
  std::optional<std::uint64_t> evicted_page = {};
  bool evicted_stood_in_tlb = false;
};

struct Simulation {
  std::vector<Access> accesses;
  std::uint64_t page_faults = 0;
  std::uint64_t tlb_hits = 0;
};
// `addresses` are below machine.space.bytes(); frames and tlb_entries are at least 1.
[[nodiscard]] Simulation simulate(const Machine& machine, std::span<const std::uint64_t> addresses,
                                  StaleEntry stale = StaleEntry::close_up);

}  // namespace memgrade::oracle
