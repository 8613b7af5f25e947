// "{frames}", "{policy:upper}" in text: where the placeholders stand, and text with something put in their
// places. What they mean is for whoever fills them in.
#pragma once

#include <functional>
#include <harness/base/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade {

struct Placeholder {
  std::size_t begin = 0, end = 0;  // of the text, braces included
  std::string_view name;           // letters, digits, '_'
  std::string_view form;           // what stands behind a colon; "" without one
};

// The first one at or behind `from`. Braces around anything else are text.
[[nodiscard]] std::optional<Placeholder> next_placeholder(std::string_view text, std::size_t from = 0);

// The text that stands for a placeholder; nothing leaves it as it is.
using PlaceholderValue = std::function<Result<std::optional<std::string>>(const Placeholder& placeholder)>;
// `text` with every placeholder filled in; the first error ends it. What is put in is not looked at again.
[[nodiscard]] Result<std::string> fill_placeholders(std::string_view text, const PlaceholderValue& value);

}  // namespace memgrade
