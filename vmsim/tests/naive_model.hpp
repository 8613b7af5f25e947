// A second opinion: every policy written down as its definition says, with time stamps and linear searches.
// It shares nothing with the library but the type of the counts. Random replacement has no definition to
// compare with, so it is not here.
#pragma once

#include <vmsim/statistics.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace naive {

using Trace = std::vector<std::uint32_t>;

struct Cell {
  std::uint32_t page = 0;
  std::size_t inserted = 0;
  std::size_t used = 0;
  std::size_t uses = 0;
  bool referenced = false;
};

// A set of pages of a limited size, the frames of memory or the entries of a TLB.
class Cache {
 public:
  Cache(std::string policy, std::size_t size, const Trace& trace)
      : policy_(std::move(policy)), cells_(size), trace_(trace) {}

  bool touch(std::uint32_t page, std::size_t now) {
    for (auto& cell : cells_) {
      if (!cell || cell->page != page) continue;
      cell->used = now;
      ++cell->uses;
      cell->referenced = true;
      return true;
    }
    return false;
  }

  // Puts the page in; returns the page that had to go.
  std::optional<std::uint32_t> insert(std::uint32_t page, std::size_t now) {
    const Cell fresh{page, now, now, 1, true};
    for (auto& cell : cells_) {
      if (cell) continue;
      cell = fresh;
      return std::nullopt;
    }
    if (cells_.empty()) return std::nullopt;
    const std::size_t victim = policy_ == "clock" ? sweep() : worst(now);
    const std::uint32_t gone = cells_[victim]->page;
    cells_[victim] = fresh;
    return gone;
  }

  void drop(std::uint32_t page) {
    for (auto& cell : cells_) {
      if (cell && cell->page == page) cell.reset();
    }
  }

 private:
  std::size_t sweep() {
    for (;; hand_ = (hand_ + 1) % cells_.size()) {
      if (!cells_[hand_]->referenced) break;
      cells_[hand_]->referenced = false;
    }
    const std::size_t victim = hand_;
    hand_ = (hand_ + 1) % cells_.size();
    return victim;
  }

  // Whether a should go before b.
  bool goes_first(const Cell& a, const Cell& b, std::size_t now) const {
    if (policy_ == "fifo") return a.inserted < b.inserted;
    if (policy_ == "lru") return a.used < b.used;
    if (policy_ == "lfu") return a.uses != b.uses ? a.uses < b.uses : a.used < b.used;
    return next_use(a.page, now) > next_use(b.page, now);
  }

  std::size_t worst(std::size_t now) const {
    std::size_t found = 0;
    for (std::size_t i = 1; i < cells_.size(); ++i) {
      if (goes_first(*cells_[i], *cells_[found], now)) found = i;
    }
    return found;
  }

  std::size_t next_use(std::uint32_t page, std::size_t now) const {
    std::size_t i = now + 1;
    while (i < trace_.size() && trace_[i] != page) ++i;
    return i;
  }

  std::string policy_;
  std::vector<std::optional<Cell>> cells_;
  const Trace& trace_;
  std::size_t hand_ = 0;
};

inline vmsim::Statistics run(const std::string& policy, std::size_t frames, std::size_t tlb_entries,
                             const Trace& trace) {
  Cache memory(policy, frames, trace);
  Cache tlb(policy, tlb_entries, trace);
  vmsim::Statistics counts;
  for (std::size_t now = 0; now < trace.size(); ++now) {
    ++counts.translated_addresses;
    const bool known = tlb.touch(trace[now], now);
    if (known) ++counts.tlb_hits;
    if (!memory.touch(trace[now], now)) {
      ++counts.page_faults;
      if (const auto gone = memory.insert(trace[now], now)) tlb.drop(*gone);
    }
    if (!known) tlb.insert(trace[now], now);
  }
  return counts;
}

}  // namespace naive
