// The shape of addresses: a virtual address is a page number above an offset.
//
//    16-bit address, the default:    15      8 7       0
//                                   +---------+---------+
//                                   |  page   | offset  |
//                                   +---------+---------+
//
// Only arithmetic: nothing here knows of memory, a TLB or a file. Always holds: join(page_of(a),
// offset_of(a)) == a for every address a that has no bit above page_bits + offset_bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vmsim {

using Address = std::uint32_t;
using PageNumber = std::uint32_t;
using FrameNumber = std::uint32_t;
using TraceIndex = std::uint32_t;  // position of an access in its trace, from 0

// The widths of the two parts, in bits. The limits keep an address in 32 bits and the page table in memory.
struct Geometry {
  static constexpr unsigned kMaxPageBits = 24;
  static constexpr unsigned kMaxOffsetBits = 16;
  static constexpr unsigned kMaxAddressBits = 32;

  unsigned page_bits = 8;
  unsigned offset_bits = 8;

  constexpr bool valid() const {
    return page_bits >= 1 && page_bits <= kMaxPageBits && offset_bits <= kMaxOffsetBits &&
           page_bits + offset_bits <= kMaxAddressBits;
  }

  constexpr unsigned address_bits() const { return page_bits + offset_bits; }
  constexpr std::size_t page_count() const { return std::size_t{1} << page_bits; }
  constexpr std::size_t page_bytes() const { return std::size_t{1} << offset_bits; }
  constexpr Address address_mask() const {
    return static_cast<Address>((std::uint64_t{1} << address_bits()) - 1);
  }

  constexpr PageNumber page_of(Address address) const { return (address & address_mask()) >> offset_bits; }
  constexpr Address offset_of(Address address) const {
    return address & static_cast<Address>(page_bytes() - 1);
  }

  // The address of byte `offset` in page (or frame) `number`; 64 bits wide, as there may be more frames than
  // pages.
  constexpr std::uint64_t join(std::uint32_t number, Address offset) const {
    return (std::uint64_t{number} << offset_bits) | offset;
  }
};

}  // namespace vmsim
