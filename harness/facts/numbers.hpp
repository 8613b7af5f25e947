// Numbers as programs print them.
//
// The whole text must be one number that fits; anything else is no number. Independent of the locale.
#pragma once

#include <harness/base/json.hpp>
#include <optional>
#include <string_view>

namespace memgrade::facts {

// "20", "-1", "+3", "0x1f": 64 bits, signed where it fits, else unsigned. Nothing when it fits neither.
[[nodiscard]] std::optional<Json> integer_of(std::string_view text);

// An integer as above; otherwise a finite real number, "0.244", "1e-3". A text of digits alone that does not
// fit an integer is no number: a rounded value would be a wrong one.
[[nodiscard]] std::optional<Json> number_of(std::string_view text);

// The nearest whole number, or nothing when it is so large (2^53) that a double no longer tells neighbours
// apart.
[[nodiscard]] std::optional<Json> rounded(double value);

}  // namespace memgrade::facts
