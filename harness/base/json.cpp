// nlohmann's parser and writer with errors as values. No exception of the library leaves this file.
#include <fmt/format.h>

#include <harness/base/json.hpp>
#include <harness/base/text.hpp>

namespace memgrade {
namespace {

// The library's writer and copy constructor recurse: a value nested deeper than this could exhaust the stack.
constexpr int max_depth = 500;

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..." without its first
// word.
std::string reason(const Json::exception& error) {
  std::string text = error.what();
  if (const auto end = text.find("] "); text.starts_with('[') && end != std::string::npos)
    text.erase(0, end + 2);
  return text;
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string where) {
  bool too_deep = false;
  const auto watch_depth = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > max_depth;
    return !too_deep;
  };
  try {
    Json value = Json::parse(text.begin(), text.end(), watch_depth);
    if (!too_deep) return value;
  } catch (const Json::parse_error& error) {
    return fail(ErrorKind::io, fmt::format("not JSON: at byte {}: {}", error.byte, reason(error)),
                std::move(where));
  } catch (const Json::exception& error) {
    return fail(ErrorKind::io, "not JSON: " + reason(error), std::move(where));
  }
  return fail(ErrorKind::io, fmt::format("not JSON for us: nested deeper than {} levels", max_depth),
              std::move(where));
}

std::string dump_json(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json with_utf8(const Json& value) {
  if (value.is_string()) return to_utf8(value.get_ref<const std::string&>());
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& inner : value) list.push_back(with_utf8(inner));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, inner] : value.items()) object[to_utf8(key)] = with_utf8(inner);
  return object;
}

}  // namespace memgrade
