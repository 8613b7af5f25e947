// An address trace as the course means it: one integer a line, of which only the low bits count.
//
// Blanks around a number, blank lines and CRLF mean nothing. A number may be negative, above the address
// space, or too long for any machine word: its low bits are what they are in two's complement.
#pragma once

#include <cstdint>
#include <harness/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

struct AddressSpace {
  std::uint64_t pages = 256;  // both powers of two, with a product of at most 2^32
  std::uint64_t page_bytes = 256;

  [[nodiscard]] std::uint64_t bytes() const { return pages * page_bytes; }
};

// The addresses, each below space.bytes(). An error (kind case_file) names "file:line" when a line is no
// integer.
[[nodiscard]] Result<std::vector<std::uint64_t>> parse_trace(std::string_view text, std::string_view file,
                                                             const AddressSpace& space);

}  // namespace memgrade::oracle
