// QEMU's machine protocol (QMP): messages, one JSON object a line. Only reading and writing them; the
// conversation is harness/vm/qemu/process.hpp's.
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <optional>
#include <string>

namespace memgrade::vm {

inline constexpr std::size_t longest_qmp_bytes = 1U << 20;

[[nodiscard]] std::string qmp_command(const std::string& command, const Json& arguments, int id);

// Takes the first whole message out of `received`; nothing when there is none yet. An Error when what came is
// no JSON object, or has no end.
[[nodiscard]] Result<std::optional<Json>> take_qmp(std::string& received);

// What a SHUTDOWN event's reason says: "guest-shutdown", "guest-reset", "host-signal" …; "" if it is none.
[[nodiscard]] std::string shutdown_reason(const Json& message);

}  // namespace memgrade::vm
