#include <algorithm>
#include <harness/base/placeholders.hpp>

namespace memgrade {

std::optional<Placeholder> next_placeholder(std::string_view text, std::size_t from) {
  const auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  for (std::size_t open = text.find('{', from); open != text.npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == text.npos) return std::nullopt;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const std::size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    if (!name.empty() && std::ranges::all_of(name, in_name))
      return Placeholder{open, close + 1, name,
                         colon == inside.npos ? std::string_view() : inside.substr(colon + 1)};
  }
  return std::nullopt;
}

Result<std::string> fill_placeholders(std::string_view text, const PlaceholderValue& value) {
  std::string filled;
  std::size_t position = 0;
  while (const auto placeholder = next_placeholder(text, position)) {
    const auto found = value(*placeholder);
    if (!found) return std::unexpected(found.error());
    filled += text.substr(position, placeholder->begin - position);
    filled += *found ? std::string_view(**found)
                     : text.substr(placeholder->begin, placeholder->end - placeholder->begin);
    position = placeholder->end;
  }
  return filled.append(text.substr(position));
}

}  // namespace memgrade
