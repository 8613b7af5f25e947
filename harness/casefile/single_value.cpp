#include <fmt/format.h>
#include <re2/re2.h>
#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/single_value.hpp>

namespace memgrade::casefile {
namespace {

using Read = std::expected<Json, std::string>;

std::unexpected<std::string> another_type() {
  return std::unexpected(std::string());
}

Read in_range(Json value, const FieldSpec& spec) {
  const auto number = value.get<double>();
  if (spec.minimum && number < *spec.minimum) {
    return std::unexpected(
        fmt::format("{} is too small; the least is {}", plain_number(number), plain_number(*spec.minimum)));
  }
  if (spec.maximum && number > *spec.maximum) {
    return std::unexpected(
        fmt::format("{} is too large; the most is {}", plain_number(number), plain_number(*spec.maximum)));
  }
  return value;
}

Read read_number(const YamlNode& node, const FieldSpec& spec) {
  const auto value = plain_value(node);
  if (!value) return std::unexpected(value.error());
  const bool whole = spec.type == FieldType::integer;
  if (!(whole ? value->is_number_integer() : value->is_number())) return another_type();
  return in_range(whole ? *value : Json(value->get<double>()), spec);
}

Read read_size(const YamlNode& node, const FieldSpec& spec) {
  const auto bytes = size_in_bytes(node.text);
  if (!bytes) return std::unexpected(bytes.error());
  return in_range(Json(*bytes), spec);
}

Read read_boolean(const YamlNode& node) {
  const auto value = plain_value(node);
  if (!value || !value->is_boolean()) return another_type();
  return *value;
}

Read read_regex(const YamlNode& node) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 compiled(node.text, options);
  if (compiled.ok()) return Json(node.text);
  return std::unexpected("not a regular expression: " + printable(compiled.error()));
}

Read read_choice(const YamlNode& node, const FieldSpec& spec) {
  if (std::ranges::find(spec.choices, node.text) != spec.choices.end()) return Json(node.text);
  const std::string near = node.text.size() > 100 ? "" : did_you_mean(node.text, spec.choices);
  return std::unexpected(fmt::format("unknown choice {}{}", shown(node.text),
                                     near.empty() ? "; there is " + join(spec.choices, ", ") : near));
}

}  // namespace

Read single_value(const YamlNode& node, const FieldSpec& spec, bool placeholders) {
  if (node.kind != YamlNode::Kind::scalar) return another_type();
  if (placeholders && is_placeholder(node.text)) return Json(node.text);
  switch (spec.type) {
    case FieldType::name:
      if (is_name(node.text)) return Json(node.text);
      return std::unexpected(
          fmt::format("{} is no name; letters, digits, '.', '_' and '-' make one", shown(node.text)));
    case FieldType::number:
    case FieldType::integer:
      return read_number(node, spec);
    case FieldType::size:
      return read_size(node, spec);
    case FieldType::boolean:
      return read_boolean(node);
    case FieldType::scalar:
      return plain_value(node);
    case FieldType::regex:
      return read_regex(node);
    case FieldType::choice:
      return read_choice(node, spec);
    default:
      return Json(node.text);
  }
}

std::string_view expectation(const FieldSpec& spec) {
  switch (spec.type) {
    case FieldType::text:
      return "text";
    case FieldType::name:
      return "a name";
    case FieldType::number:
      return "a number";
    case FieldType::size:
      return "a number of bytes";
    case FieldType::integer:
      return "a whole number";
    case FieldType::boolean:
      return "true or false";
    case FieldType::scalar:
      return "text, a number, true or false";
    case FieldType::regex:
      return "a regular expression";
    case FieldType::fact:
      return "the name of a fact";
    case FieldType::choice:
      return "a choice";
    case FieldType::object:
    case FieldType::any_object:
      return "a mapping";
    case FieldType::named:
      return "a mapping with one name";
  }
  return "a value";
}

}  // namespace memgrade::casefile
