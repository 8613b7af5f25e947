// The types of single values in YAML: what a plain word means, and numbers with units. Pure.
//
// The rules are those of YAML 1.2's core schema, a little stricter: yes, no, on and off are text, 010 is no
// number, NaN and infinity are refused.
#pragma once

#include <cstdint>
#include <expected>
#include <harness/base/json.hpp>
#include <harness/casefile/yaml_source.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::casefile {

// What a single value is when nothing says what it should be: a boolean, a number, or text. An unexpected
// value is the complaint: a whole number that does not fit 64 bits, a real one that does not fit a double,
// NaN, infinity.
[[nodiscard]] std::expected<Json, std::string> plain_value(const YamlNode& node);

// "268435456", "256 MiB", "1.5 GB" in bytes. KiB, MiB, GiB are powers of 1024, kB, MB, GB of 1000. An
// unexpected value is the complaint.
[[nodiscard]] std::expected<std::uint64_t, std::string> size_in_bytes(std::string_view text);

// Letters, digits, '.', '_' and '-', the first neither '.' nor '-'; at most 100 bytes.
[[nodiscard]] bool is_name(std::string_view text);
// "{frames}" or "{policy:upper}", and nothing else.
[[nodiscard]] bool is_placeholder(std::string_view text);

// "nothing", "a list", "a mapping", "the number 3", "the text 'abc'", "true".
[[nodiscard]] std::string what_it_is(const YamlNode& node);

}  // namespace memgrade::casefile
