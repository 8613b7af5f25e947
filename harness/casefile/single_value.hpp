// One YAML value against one key's type: text, numbers, sizes, choices, expressions. Pure.
#pragma once

#include <expected>
#include <harness/casefile/scalars.hpp>
#include <harness/model/schema.hpp>
#include <string>

namespace memgrade::casefile {

// The value in its type. Unexpected: what is wrong with it; "" when it has another type than expectation().
// With `placeholders`, text that is one placeholder is taken for any type.
[[nodiscard]] std::expected<Json, std::string> single_value(const YamlNode& node, const FieldSpec& spec,
                                                            bool placeholders);

// "a whole number", "true or false": what a message says was expected.
[[nodiscard]] std::string_view expectation(const FieldSpec& spec);

}  // namespace memgrade::casefile
