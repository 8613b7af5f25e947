// UTF-8, and what of untrusted bytes may be shown. Terminal control sequences are taken out whole, so that no
// rest of them stays as text.
#include <cstdint>
#include <harness/base/control_sequence.hpp>
#include <harness/base/text.hpp>
#include <harness/base/utf8.hpp>
#include <harness/base/width.hpp>

namespace memgrade {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

bool between(std::string_view bytes, std::size_t at, unsigned low, unsigned high) {
  const auto byte = at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
  return at < bytes.size() && byte >= low && byte <= high;
}

// C0, DEL and C1, and the marks that turn the direction of text round and so can make a line read otherwise.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

namespace utf8 {

std::optional<Decoded> decode(std::string_view bytes, std::size_t at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  if (lead < 0x80) return Decoded{lead, 1};
  if (lead < 0xC2 || lead > 0xF4) return std::nullopt;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (!between(bytes, at + 1, low, high)) return std::nullopt;
  std::uint32_t point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!between(bytes, at + i, 0x80, 0xBF)) return std::nullopt;
    point = (point << 6U) | (static_cast<unsigned char>(bytes[at + i]) & 0x3FU);
  }
  return Decoded{point, length};
}

std::u32string code_points(std::string_view bytes) {
  std::u32string points;
  points.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const auto found = decode(bytes, at);
    points += found ? found->point : U'\xDC00' + static_cast<unsigned char>(bytes[at]);
    at += found ? found->bytes : 1;
  }
  return points;
}

}  // namespace utf8

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto found = utf8::decode(bytes, at);
    if (!found) return false;
    at += found->bytes;
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const auto found = utf8::decode(bytes, at);
    text += found ? bytes.substr(at, found->bytes) : replacement;
    at += found ? found->bytes : 1;
  }
  return text;
}

std::string printable(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    if (const ControlSequence sequence = control_sequence(bytes.substr(at)); sequence.complete) {
      at += sequence.bytes;
      continue;
    }
    if (bytes.substr(at, 2) == "\r\n") ++at;
    const auto found = utf8::decode(bytes, at);
    const bool shown = found && (found->point == U'\n' || found->point == U'\t' || !is_control(found->point));
    text += shown ? bytes.substr(at, found->bytes) : replacement;
    at += found ? found->bytes : 1;
  }
  return text;
}

std::string shorten(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  const std::string_view mark = max_bytes >= ellipsis.size() ? ellipsis : std::string_view();
  std::size_t end = max_bytes - mark.size();
  // Back to the beginning of the character that stands on the cut: at most three bytes, or it is no UTF-8.
  for (int step = 0; step < 3 && end > 0 && between(text, end, 0x80, 0xBF); ++step) --end;
  return std::string(text.substr(0, end)).append(mark);
}

std::string quote(std::string_view text, std::size_t max_bytes) {
  std::string quoted = "\"";
  for (const char c : shorten(printable(text), max_bytes)) {
    switch (c) {
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      default:
        quoted += c;
    }
  }
  return quoted += '"';
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = utf8::decode(text, at);
    columns += found ? utf8::width(found->point) : 1;
    at += found ? found->bytes : 1;
  }
  return columns;
}

}  // namespace memgrade
