// The JSON value that facts, evidence and reports are made of. Keys keep the order in which they were
// written, so that two runs over the same evidence write the same bytes.
#pragma once

#include <harness/base/result.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace memgrade {

using Json = nlohmann::ordered_json;

// Parses `text`; the error names the byte at which it stopped. `where` goes into the error.
[[nodiscard]] Result<Json> parse_json(std::string_view text, std::string where = {});

// Serialises without ever throwing: bytes that are not UTF-8 become U+FFFD. `indent` < 0 writes one line.
[[nodiscard]] std::string dump_json(const Json& value, int indent = 2);

// `value` with every text in it, and every key, made valid UTF-8. What passed this comes back from its
// serialised form as it went; a text that a guest or a program gave does not by itself.
[[nodiscard]] Json with_utf8(const Json& value);

}  // namespace memgrade
