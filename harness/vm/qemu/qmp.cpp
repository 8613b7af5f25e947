// The protocol: qemu, docs/interop/qmp-spec.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/vm/qemu/qmp.hpp>

namespace memgrade::vm {

std::string qmp_command(const std::string& command, const Json& arguments, int id) {
  Json message = {{"execute", command}, {"id", id}};
  if (!arguments.is_null()) message["arguments"] = arguments;
  return dump_json(message, -1) + "\n";
}

Result<std::optional<Json>> take_qmp(std::string& received) {
  const std::size_t end = received.find('\n');
  if (end == std::string::npos && received.size() <= longest_qmp_bytes) return std::optional<Json>();
  const std::string line = received.substr(0, end);
  received.erase(0, end == std::string::npos ? end : end + 1);
  auto message = parse_json(trim(line));
  if (message && message->is_object()) return std::optional<Json>(std::move(*message));
  return fail(ErrorKind::infrastructure, fmt::format("QEMU's control socket says nonsense: {}", quote(line)));
}

std::string shutdown_reason(const Json& message) {
  const auto event = message.find("event");
  const auto data = message.find("data");
  if (event == message.end() || *event != "SHUTDOWN" || data == message.end() || !data->is_object())
    return {};
  const auto reason = data->find("reason");
  return reason != data->end() && reason->is_string() ? reason->get<std::string>() : std::string();
}

}  // namespace memgrade::vm
