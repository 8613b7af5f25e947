#include <array>
#include <cstdint>
#include <harness/base/text.hpp>
#include <harness/model/bytes_json.hpp>
#include <stdexcept>

namespace memgrade {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t sextet(char letter) {
  static const std::array<std::uint8_t, 256> table = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(255);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
      values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
  }();
  const std::uint8_t value = table[static_cast<unsigned char>(letter)];
  if (value > 63) throw std::invalid_argument("a letter that base64 does not have");
  return value;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += k <= have ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string from_base64(std::string_view text) {
  if (text.size() % 4 != 0) throw std::invalid_argument("base64 text has a length that is no multiple of 4");
  std::size_t padding = 0;
  while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t have = i + 4 == text.size() ? 4 - padding : 4;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) group = group << 6 | (k < have ? sextet(text[i + k]) : 0U);
    for (std::size_t k = 0; k + 1 < have; ++k) bytes += static_cast<char>(group >> (16 - 8 * k) & 255);
  }
  return bytes;
}

Json bytes_to_json(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  return Json{{"base64", to_base64(bytes)}};
}

std::string bytes_from_json(const Json& json) {
  if (json.is_object()) return from_base64(json.at("base64").get_ref<const std::string&>());
  return json.get<std::string>();
}

Json stream_to_json(const Stream& stream) {
  Json json = Json::object();
  if (is_utf8(stream.bytes))
    json["text"] = stream.bytes;
  else
    json["base64"] = to_base64(stream.bytes);
  json["total_bytes"] = stream.total_bytes;
  json["cut"] = stream.cut;
  return json;
}

Stream stream_from_json(const Json& json) {
  Stream stream;
  stream.bytes = json.contains("text") ? json.at("text").get<std::string>()
                                       : from_base64(json.at("base64").get_ref<const std::string&>());
  stream.total_bytes = json.at("total_bytes").get<std::uint64_t>();
  stream.cut = json.at("cut").get<bool>();
  return stream;
}

}  // namespace memgrade
