// Bytes as text of letters (RFC 4648, section 4: standard alphabet, with padding) and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace memgrade {

[[nodiscard]] std::string to_base64(std::string_view bytes);
// Nothing when `text` is not base64 as to_base64 writes it: another letter, a length that is no multiple
// of 4.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace memgrade
