// The page table: for each page the frame that holds it, or nothing. One level, one entry a page.
#pragma once

#include <vmsim/address.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace vmsim {

class PageTable {
 public:
  explicit PageTable(std::size_t pages) : frame_of_page_(pages, kNotPresent) {}

  // The frame that holds `page`, or nothing: a page fault.
  std::optional<FrameNumber> lookup(PageNumber page) const {
    // STUDENT BEGIN(page-table-lookup)
    // TODO: return the frame of `page`, or std::nullopt when the page is not in memory.
    // STUB: static_cast<void>(page);
    // STUB: return std::nullopt;
    const FrameNumber frame = frame_of_page_[page];
    if (frame == kNotPresent) return std::nullopt;
    return frame;
    // STUDENT END
  }

  void map(PageNumber page, FrameNumber frame) { frame_of_page_[page] = frame; }
  void unmap(PageNumber page) { frame_of_page_[page] = kNotPresent; }

 private:
  static constexpr FrameNumber kNotPresent = 0xFFFF'FFFFU;
  std::vector<FrameNumber> frame_of_page_;
};

}  // namespace vmsim
