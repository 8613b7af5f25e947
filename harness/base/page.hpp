// The one page size of all labs: x86-64's and Sv39's base page.
#pragma once

#include <cstdint>

namespace memgrade {

inline constexpr std::uint64_t page_bytes = 4096;

}  // namespace memgrade
