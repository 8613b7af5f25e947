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

// The lines of a trace that hold an address: what shrinking works on.
[[nodiscard]] std::vector<std::string> trace_lines(std::string_view text);
// The other way: each line with a newline.
[[nodiscard]] std::string trace_text(const std::vector<std::string>& lines);

// Traces that are simpler than `lines`, the simplest first, made by changing the address of line `index`: its
// page becomes the smallest unused one below it, in every line that has it, so that who meets whom stays the
// same; its offset becomes 0; the number is written plainly. For line 0 there is first the whole trace with
// its pages numbered as they first come. Nothing when a line is no integer. For shrink().
[[nodiscard]] std::vector<std::vector<std::string>> simpler_traces(const std::vector<std::string>& lines,
                                                                   std::size_t index,
                                                                   const AddressSpace& space);

}  // namespace memgrade::oracle
