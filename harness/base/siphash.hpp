// SipHash-2-4 of J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012: a
// keyed check value of 64 bits. Used for the lines of a trace; not meant to keep a secret for long.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace memgrade {

[[nodiscard]] std::uint64_t siphash(std::string_view bytes, std::array<std::uint64_t, 2> key);

}  // namespace memgrade
