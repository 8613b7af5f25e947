// The simulator that one writes first: the TLB and the frames are arrays, and every question is answered by
// looking at all of it. It is what the benchmark compares with, and shares no code with vmsim but the counts.
//
// Time per access grows with the number of frames and of TLB entries. FIFO and LRU differ in one line:
// whether use renews the time stamp of an entry.
#pragma once

#include <vmsim/statistics.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {

enum class LinearPolicy { fifo, lru };

class LinearSimulator {
 public:
  LinearSimulator(LinearPolicy policy, std::size_t frames, std::size_t tlb_entries)
      : policy_(policy), frames_(frames), tlb_(tlb_entries) {}

  vmsim::Statistics run(std::span<const std::uint32_t> pages) {
    vmsim::Statistics counts;
    for (const std::uint32_t page : pages) access(page, counts);
    return counts;
  }

 private:
  struct Cell {
    bool used = false;
    std::uint32_t page = 0;
    std::uint64_t stamp = 0;
  };

  void access(std::uint32_t page, vmsim::Statistics& counts) {
    ++now_;
    ++counts.translated_addresses;
    const std::size_t entry = find(tlb_, page);
    std::size_t frame = entry < tlb_.size() ? frame_of_entry_[entry] : find(frames_, page);
    if (entry < tlb_.size()) {
      ++counts.tlb_hits;
      touch(tlb_[entry]);
    }
    if (frame < frames_.size()) {
      touch(frames_[frame]);
    } else {
      ++counts.page_faults;
      frame = room(frames_);
      if (frames_[frame].used) forget(frames_[frame].page);
      frames_[frame] = {true, page, now_};
    }
    if (entry < tlb_.size() || tlb_.empty()) return;
    const std::size_t slot = room(tlb_);
    tlb_[slot] = {true, page, now_};
    frame_of_entry_[slot] = frame;
  }

  // The cell that holds the page, or the number of cells.
  static std::size_t find(const std::vector<Cell>& cells, std::uint32_t page) {
    std::size_t i = 0;
    while (i < cells.size() && !(cells[i].used && cells[i].page == page)) ++i;
    return i;
  }

  // A free cell, or else the one with the oldest stamp.
  static std::size_t room(const std::vector<Cell>& cells) {
    std::size_t oldest = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].used) return i;
      if (cells[i].stamp < cells[oldest].stamp) oldest = i;
    }
    return oldest;
  }

  void touch(Cell& cell) {
    if (policy_ == LinearPolicy::lru) cell.stamp = now_;
  }

  // A page that leaves memory leaves the TLB.
  void forget(std::uint32_t page) {
    const std::size_t entry = find(tlb_, page);
    if (entry < tlb_.size()) tlb_[entry].used = false;
  }

  LinearPolicy policy_;
  std::uint64_t now_ = 0;
  std::vector<Cell> frames_;
  std::vector<Cell> tlb_;
  std::vector<std::size_t> frame_of_entry_ = std::vector<std::size_t>(tlb_.size());
};

}  // namespace bench
