// The format: gdb's manual, appendix "Remote Protocol", "Overview".
#include <fmt/format.h>

#include <algorithm>
#include <harness/vm/gdb/packet.hpp>

namespace memgrade::vm {
namespace {

constexpr char escape = '}';
constexpr unsigned char escape_flip = 0x20;
// After '*' comes how often the character before is repeated, plus this.
constexpr int repeat_bias = 29;

unsigned checksum(std::string_view bytes) {
  unsigned sum = 0;
  for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
  return sum % 256;
}

int digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

std::optional<std::string> unescaped(std::string_view sent) {
  std::string payload;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const bool last = i + 1 == sent.size();
    if (sent[i] == escape) {
      if (last) return std::nullopt;
      payload += static_cast<char>(static_cast<unsigned char>(sent[++i]) ^ escape_flip);
    } else if (sent[i] == '*') {
      const int times = last ? 0 : static_cast<unsigned char>(sent[++i]) - repeat_bias;
      if (times < 1 || payload.empty()) return std::nullopt;
      payload.append(static_cast<std::size_t>(times), payload.back());
    } else {
      payload += sent[i];
    }
    if (payload.size() > longest_packet_bytes) return std::nullopt;
  }
  return payload;
}

}  // namespace

std::string gdb_packet(std::string_view payload) {
  std::string sent;
  for (const char byte : payload) {
    if (byte == '#' || byte == '$' || byte == escape || byte == '*') {
      sent += escape;
      sent += static_cast<char>(static_cast<unsigned char>(byte) ^ escape_flip);
    } else {
      sent += byte;
    }
  }
  return fmt::format("${}#{:02x}", sent, checksum(sent));
}

std::optional<GdbItem> take_gdb(std::string& received) {
  const std::size_t begin = received.find_first_of("+-$");
  received.erase(0, std::min(begin, received.size()));
  if (received.empty()) return std::nullopt;
  if (received[0] != '$') {
    const auto kind = received[0] == '+' ? GdbItem::Kind::accepted : GdbItem::Kind::refused;
    received.erase(0, 1);
    return GdbItem{kind};
  }
  const std::size_t end = received.find('#');
  if (end == std::string::npos || end > longest_packet_bytes) {
    if (received.size() <= longest_packet_bytes) return std::nullopt;
    received.clear();
    return GdbItem{GdbItem::Kind::damaged};
  }
  if (received.size() < end + 3) return std::nullopt;
  const std::string sent = received.substr(1, end - 1);
  const int high = digit(received[end + 1]);
  const int low = digit(received[end + 2]);
  received.erase(0, end + 3);
  if (high < 0 || low < 0 || static_cast<unsigned>(high * 16 + low) != checksum(sent))
    return GdbItem{GdbItem::Kind::damaged};
  auto payload = unescaped(sent);
  if (!payload) return GdbItem{GdbItem::Kind::damaged};
  return GdbItem{GdbItem::Kind::packet, std::move(*payload)};
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit(digits[i]);
    const int low = digit(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace memgrade::vm
