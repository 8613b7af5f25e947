// The bytes of the frames. Which page is in which frame is the MMU's business. A byte that was never loaded
// reads as kGarbage, not 0: memory that nobody filled holds anything.
#pragma once

#include <vmsim/address.hpp>
#include <vmsim/backing_store.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace vmsim {

class PhysicalMemory {
 public:
  static constexpr char kGarbage = static_cast<char>(0xA5);

  explicit PhysicalMemory(const Geometry& geometry) : geometry_(geometry) {}

  // Loads page `page` of the store into `frame`. Errors as of BackingStore::read_page.
  std::optional<Error> load(FrameNumber frame, PageNumber page, BackingStore& store) {
    const std::uint64_t begin = geometry_.join(frame, 0);
    // Frames are first used in rising order: memory grows with them, and many unused frames cost nothing.
    if (bytes_.size() < begin + geometry_.page_bytes())
      bytes_.resize(begin + geometry_.page_bytes(), kGarbage);
    return store.read_page(page, std::span(bytes_).subspan(begin, geometry_.page_bytes()));
  }

  // The signed byte at `physical_address`.
  std::int8_t read(std::uint64_t physical_address) const {
    return static_cast<std::int8_t>(physical_address < bytes_.size() ? bytes_[physical_address] : kGarbage);
  }

 private:
  Geometry geometry_;
  std::vector<char> bytes_;
};

}  // namespace vmsim
