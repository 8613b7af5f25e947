// Bytes <-> JSON for the evidence store. Inside this module only.
//
// Text that is UTF-8 stays readable, {"text": "…"}; any other bytes are kept exactly, {"base64": "…"}. The
// way back throws std::exception on JSON of another shape; evidence_from_json catches it.
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/termination.hpp>
#include <string>
#include <string_view>

namespace memgrade {

// A JSON string, or {"base64": "…"} when `bytes` are not UTF-8.
[[nodiscard]] Json bytes_to_json(std::string_view bytes);
[[nodiscard]] std::string bytes_from_json(const Json& json);

// {"text", "base64" or, where it is long, "gzip" (in base64): …, "total_bytes": N, "cut": false}
[[nodiscard]] Json stream_to_json(const Stream& stream);
[[nodiscard]] Stream stream_from_json(const Json& json);

}  // namespace memgrade
