// Reads a trace of virtual addresses.
//
// Text: one decimal integer a line, of any length and sign. Spaces and tabs around it, CR before the newline,
// blank lines and a missing last newline are accepted; anything else is an error with its line. Binary:
// unsigned little-endian integers without a header, 2 bytes each when an address has at most 16 bits, else 4.
// Only the low page_bits + offset_bits of a number count (two's complement for a negative one): -1 is 65535
// in 16 bits.
#pragma once

#include <vmsim/address.hpp>
#include <vmsim/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace vmsim {

enum class TraceFormat { text, binary };

// The addresses of the file at `path` ("-": standard input), each cut to the geometry's width. Error: the
// file cannot be opened or read (io), or what is in it is no trace (bad_input, "file:line: ...").
Result<std::vector<Address>> read_trace(const std::string& path, TraceFormat format,
                                        const Geometry& geometry);

// The same for a trace in memory; `name` is what errors call it.
Result<std::vector<Address>> parse_trace(std::string_view content, TraceFormat format,
                                         const Geometry& geometry, const std::string& name);

}  // namespace vmsim
