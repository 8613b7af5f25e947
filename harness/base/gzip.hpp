// Bytes as gzip packs them, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade {

// What is longer is stored packed.
inline constexpr std::size_t kMostPlainBytes = 1U << 20;

// A whole .gz file, the same bytes for the same input; the quickest compression.
[[nodiscard]] std::string gzip(std::string_view bytes);
// Nothing when it is no whole .gz file, or when more than `max_bytes` come out.
[[nodiscard]] std::optional<std::string> gunzip(std::string_view packed, std::uint64_t max_bytes);

}  // namespace memgrade
