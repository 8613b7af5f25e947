// A digest for keys and for "is it the same": 128 bits of XXH3 as 32 hexadecimal digits. Not a defence
// against someone who looks for collisions.
#pragma once

#include <string>
#include <string_view>

namespace memgrade {

[[nodiscard]] std::string digest(std::string_view bytes);

}  // namespace memgrade
