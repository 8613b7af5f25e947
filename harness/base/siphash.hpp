// SipHash-2-4 of a whole text: siphash.h says what it is for.
#pragma once

#include <harness/base/siphash.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace memgrade {

[[nodiscard]] inline std::uint64_t siphash(std::string_view bytes, std::array<std::uint64_t, 2> key) {
  sip state;
  sip_begin(&state, key.data());
  sip_add(&state, bytes.data(), bytes.size());
  return sip_end(&state);
}

}  // namespace memgrade
