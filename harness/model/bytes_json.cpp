#include <harness/base/base64.hpp>
#include <harness/base/gzip.hpp>
#include <harness/base/text.hpp>
#include <harness/model/bytes_json.hpp>
#include <stdexcept>

namespace memgrade {
namespace {

constexpr std::uint64_t kMostUnpackedBytes = 1U << 30;  // no limit of a case is as large

std::string decoded(const Json& json) {
  std::optional<std::string> bytes = from_base64(json.get_ref<const std::string&>());
  if (!bytes) throw std::invalid_argument("a text that is not base64");
  return *std::move(bytes);
}

}  // namespace

Json bytes_to_json(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  return Json{{"base64", to_base64(bytes)}};
}

std::string bytes_from_json(const Json& json) {
  if (json.is_object()) return decoded(json.at("base64"));
  return json.get<std::string>();
}

Json stream_to_json(const Stream& stream) {
  Json json = Json::object();
  if (stream.bytes.size() > kMostPlainBytes)
    json["gzip"] = to_base64(gzip(stream.bytes));
  else if (is_utf8(stream.bytes))
    json["text"] = stream.bytes;
  else
    json["base64"] = to_base64(stream.bytes);
  json["total_bytes"] = stream.total_bytes;
  json["cut"] = stream.cut;
  return json;
}

Stream stream_from_json(const Json& json) {
  Stream stream;
  if (const auto packed = json.find("gzip"); packed != json.end()) {
    auto bytes = gunzip(decoded(*packed), kMostUnpackedBytes);
    if (!bytes) throw std::invalid_argument("a text that is not gzip, or too long");
    stream.bytes = *std::move(bytes);
  } else {
    stream.bytes = json.contains("text") ? json.at("text").get<std::string>() : decoded(json.at("base64"));
  }
  stream.total_bytes = json.at("total_bytes").get<std::uint64_t>();
  stream.cut = json.at("cut").get<bool>();
  return stream;
}

}  // namespace memgrade
