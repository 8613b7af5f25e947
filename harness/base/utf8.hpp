// UTF-8 at the level of code points, for the text functions. Well-formed means Unicode 15, table 3-7: no
// overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::utf8 {

struct Decoded {
  char32_t point = 0;
  std::size_t bytes = 1;
};

// The character that begins at `at` (< bytes.size()), or nothing when no well-formed sequence begins there.
[[nodiscard]] std::optional<Decoded> decode(std::string_view bytes, std::size_t at);
// All characters; a byte that is no part of one becomes U+DC00 + byte, which no well-formed text contains.
[[nodiscard]] std::u32string code_points(std::string_view bytes);
}  // namespace memgrade::utf8
