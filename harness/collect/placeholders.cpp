#include <fmt/format.h>

#include <algorithm>
#include <harness/base/placeholders.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <optional>

namespace memgrade::collect {
namespace {

std::string text_of_value(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value, -1);
}

// "fifo=0,lru=1"
Result<Json> from_table(const Placeholder& placeholder, const std::string& value) {
  std::string_view rest = placeholder.form;
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    const std::size_t sign = entry.find('=');
    if (sign != entry.npos && entry.substr(0, sign) == value)
      return Json(std::string(entry.substr(sign + 1)));
  }
  return fail(ErrorKind::case_file, fmt::format("the table '{}' of the placeholder {{{}}} has no '{}'",
                                                placeholder.form, placeholder.name, value));
}

std::string no_value(std::string_view name, const Json& values) {
  std::vector<std::string> known;
  for (const auto& [key, unused] : values.items()) known.push_back(key);
  return fmt::format("no value for the placeholder {{{}}}{}", name, did_you_mean(name, known));
}

Result<Json> value_of(const Placeholder& placeholder, const Json& values) {
  const auto found = values.find(std::string(placeholder.name));
  if (found == values.end()) return fail(ErrorKind::case_file, no_value(placeholder.name, values));
  if (placeholder.form.empty()) return *found;
  const std::string text = text_of_value(*found);
  if (placeholder.form.find('=') != std::string_view::npos) return from_table(placeholder, text);
  if (placeholder.form == "upper") return Json(to_upper(text));
  if (placeholder.form == "initial") return Json(text.substr(0, 1));
  if (placeholder.form == "upper_initial") return Json(to_upper(text.substr(0, 1)));
  if (placeholder.form == "capital" && !text.empty())
    return Json(to_upper(text.substr(0, 1)) + text.substr(1));
  return fail(ErrorKind::case_file,
              fmt::format("unknown form '{}' of the placeholder {{{}}}; there are upper, capital, initial, "
                          "upper_initial and a table such as fifo=0,lru=1",
                          placeholder.form, placeholder.name));
}

}  // namespace

Result<std::string> fill_text(std::string_view text, const Json& values) {
  return fill_placeholders(text, [&](const Placeholder& placeholder) -> Result<std::optional<std::string>> {
    const auto value = value_of(placeholder, values);
    if (!value) return std::unexpected(value.error());
    return text_of_value(*value);
  });
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
