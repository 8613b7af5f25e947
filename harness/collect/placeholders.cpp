#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <optional>

namespace memgrade::collect {
namespace {

struct Placeholder {
  std::size_t begin, end;  // of the text, braces included
  std::string_view name, form;
};

std::optional<Placeholder> next_placeholder(std::string_view text, std::size_t from) {
  for (std::size_t open = text.find('{', from); open != text.npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == text.npos) return std::nullopt;
    std::string_view inside = text.substr(open + 1, close - open - 1);
    const std::size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (is_name)
      return Placeholder{open, close + 1, name,
                         colon == inside.npos ? std::string_view() : inside.substr(colon + 1)};
  }
  return std::nullopt;
}

Result<Json> value_of(const Placeholder& placeholder, const Json& values) {
  const auto found = values.find(std::string(placeholder.name));
  if (found == values.end())
    return fail(ErrorKind::case_file, fmt::format("no value for the placeholder {{{}}}", placeholder.name));
  if (placeholder.form.empty()) return *found;
  const std::string text = found->is_string() ? found->get<std::string>() : dump_json(*found, -1);
  if (placeholder.form == "upper") return Json(to_upper(text));
  if (placeholder.form == "initial") return Json(text.substr(0, 1));
  if (placeholder.form == "upper_initial") return Json(to_upper(text.substr(0, 1)));
  if (placeholder.form == "capital" && !text.empty())
    return Json(to_upper(text.substr(0, 1)) + text.substr(1));
  return fail(
      ErrorKind::case_file,
      fmt::format("unknown form '{}' of the placeholder {{{}}}; there are upper, capital, initial and "
                  "upper_initial",
                  placeholder.form, placeholder.name));
}

}  // namespace

Result<std::string> fill_text(std::string_view text, const Json& values) {
  std::string filled;
  std::size_t position = 0;
  while (const auto placeholder = next_placeholder(text, position)) {
    const auto value = value_of(*placeholder, values);
    if (!value) return std::unexpected(value.error());
    filled += text.substr(position, placeholder->begin - position);
    filled += value->is_string() ? value->get<std::string>() : dump_json(*value, -1);
    position = placeholder->end;
  }
  return filled.append(text.substr(position));
}

Result<Json> fill(const Json& value, const Json& values) {
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    const auto placeholder = next_placeholder(text, 0);
    if (placeholder && placeholder->begin == 0 && placeholder->end == text.size())
      return value_of(*placeholder, values);
    auto filled = fill_text(text, values);
    if (!filled) return std::unexpected(filled.error());
    return Json(std::move(*filled));
  }
  if (!value.is_structured()) return value;
  Json filled = value;
  for (auto& [key, element] : filled.items()) {
    auto inner = fill(element, values);
    if (!inner) return inner;
    element = std::move(*inner);
  }
  return filled;
}

std::vector<std::string> placeholders_in(const Json& value) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    for (auto found = next_placeholder(text, 0); found; found = next_placeholder(text, found->end))
      add(std::string(found->name));
  } else if (value.is_structured()) {
    for (const Json& element : value)
      for (const std::string& name : placeholders_in(element)) add(name);
  }
  return names;
}

}  // namespace memgrade::collect
