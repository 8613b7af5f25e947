// The frames of physical memory: which are still free, and which page each of the others holds. It does not
// hold the bytes (PhysicalMemory does). Frames are given out in the order 0, 1, 2 ...; a frame that was taken
// is never free again, as an evicted page makes room for another one at once.
#pragma once

#include <vmsim/address.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace vmsim {

class FrameTable {
 public:
  explicit FrameTable(std::size_t frames) : page_of_frame_(frames) {}

  // The lowest frame that was never taken, which is taken from now on; or nothing when memory is full.
  std::optional<FrameNumber> take_free() {
    // STUDENT BEGIN(free-frame)
    // TODO: return the lowest free frame and remember that it is taken, or std::nullopt when all are.
    // STUB: return std::nullopt;
    if (taken_ == page_of_frame_.size()) return std::nullopt;
    return static_cast<FrameNumber>(taken_++);
    // STUDENT END
  }

  void hold(FrameNumber frame, PageNumber page) { page_of_frame_[frame] = page; }
  PageNumber page_in(FrameNumber frame) const { return page_of_frame_[frame]; }

 private:
  std::vector<PageNumber> page_of_frame_;
  std::size_t taken_ = 0;
};

}  // namespace vmsim
