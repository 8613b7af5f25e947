// Packets of the gdb remote protocol, as bytes: "$payload#checksum". Pure; what they mean is in
// client.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace memgrade::vm {

inline constexpr std::size_t longest_packet_bytes = 1U << 16;  // of one packet as sent, and of its payload

// The payload with what has a meaning of its own escaped, and the checksum.
[[nodiscard]] std::string gdb_packet(std::string_view payload);

struct GdbItem {
  enum class Kind {
    accepted,  // '+'
    refused,   // '-': the other side wants our last packet again
    packet,
    damaged,  // a packet with a wrong checksum, a broken escape, or no end
  };
  Kind kind = Kind::packet;
  std::string payload = {};  // unescaped, repetitions written out
};
// Takes the first item out of `received`; nothing when there is no whole one yet. Bytes between packets are
// passed over.
[[nodiscard]] std::optional<GdbItem> take_gdb(std::string& received);

// Nothing when it is not an even number of hexadecimal digits.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits);

}  // namespace memgrade::vm
