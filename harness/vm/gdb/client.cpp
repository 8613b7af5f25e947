// Commands: gdb's manual, "Remote Protocol"; Qqemu.PhyMemMode: QEMU's, "GDB usage".
#include <fmt/format.h>

#include <charconv>
#include <harness/base/text.hpp>
#include <harness/vm/gdb/client.hpp>
#include <harness/vm/gdb/packet.hpp>

namespace memgrade::vm {
namespace {

constexpr int timeout_packets = 5;   // damaged or refused ones, for one request
constexpr int timeout_replies = 64;  // packets that are no answer
// Half of what QEMU takes in one packet, in hexadecimal.
constexpr std::uint64_t chunk_bytes = 1024;
constexpr std::size_t feature_chunk = 0x7F0;
constexpr std::size_t longest_feature = 1U << 20;
constexpr std::size_t most_features = 32;

std::unexpected<Error> nonsense(std::string_view what, std::string_view said) {
  return fail(ErrorKind::infrastructure,
              fmt::format("QEMU's gdb socket answers {} with {}", what, quote(said)));
}

std::optional<std::string_view> attribute(std::string_view element, std::string_view name) {
  const std::string key = fmt::format(" {}=\"", name);
  const std::size_t at = element.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = element.substr(at + key.size());
  const std::size_t end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(0, end);
}

std::optional<unsigned> small_number(std::optional<std::string_view> text) {
  unsigned value = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value > 0xFFFF) return std::nullopt;
  return value;
}

// The elements "<name …>" of the text, without what they hold.
std::vector<std::string_view> elements(std::string_view xml, std::string_view name) {
  std::vector<std::string_view> found;
  const std::string begin = fmt::format("<{} ", name);
  for (std::size_t at = xml.find(begin); at != std::string_view::npos; at = xml.find(begin, at + 1)) {
    found.push_back(xml.substr(at, xml.find('>', at) - at));
  }
  return found;
}

bool is_stop(std::string_view payload) {
  return !payload.empty() && (payload[0] == 'T' || payload[0] == 'S');
}

}  // namespace

std::map<std::string, GdbRegister> parse_registers(std::string_view xml, unsigned& next) {
  std::map<std::string, GdbRegister> registers;
  for (const std::string_view element : elements(xml, "reg")) {
    const auto name = attribute(element, "name");
    const auto bits = small_number(attribute(element, "bitsize"));
    const unsigned number = small_number(attribute(element, "regnum")).value_or(next);
    next = number + 1;
    if (name && bits) registers[std::string(*name)] = {number, *bits / 8};
  }
  return registers;
}

std::vector<std::string> parse_includes(std::string_view xml) {
  std::vector<std::string> names;
  for (const std::string_view element : elements(xml, "xi:include")) {
    if (const auto name = attribute(element, "href")) names.emplace_back(*name);
  }
  return names;
}

Result<GdbClient> GdbClient::open(GdbLine line) {
  GdbClient client(std::move(line));
  // With "xmlRegisters", or QEMU would not number the CSRs.
  const auto supported = client.request("qSupported:xmlRegisters=riscv");
  if (!supported) return std::unexpected(supported.error());
  if (supported->find("qXfer:features:read+") == std::string::npos) return nonsense("qSupported", *supported);
  if (Status read = client.read_registers(); !read) return std::unexpected(read.error());
  if (Status physical = client.expect_ok("Qqemu.PhyMemMode:1"); !physical)
    return std::unexpected(physical.error());
  return client;
}

Status GdbClient::read_registers() {
  const auto target = read_feature("target.xml");
  if (!target) return std::unexpected(target.error());
  unsigned next = 0;
  registers_ = parse_registers(*target, next);
  std::size_t read = 0;
  for (const std::string& name : parse_includes(*target)) {
    if (++read > most_features) break;
    const auto feature = read_feature(name);
    if (!feature) return std::unexpected(feature.error());
    registers_.merge(parse_registers(*feature, next));
  }
  if (!has_register("pc") || !has_register("satp")) return nonsense("target.xml", *target);
  return {};
}

Result<std::string> GdbClient::read_feature(const std::string& name) {
  std::string text;
  while (text.size() < longest_feature) {
    const auto part =
        request(fmt::format("qXfer:features:read:{}:{:x},{:x}", name, text.size(), feature_chunk));
    if (!part) return std::unexpected(part.error());
    if (part->empty() || ((*part)[0] != 'l' && (*part)[0] != 'm')) return nonsense(name, *part);
    text += part->substr(1);
    if ((*part)[0] == 'l') return text;
    if (part->size() == 1) break;
  }
  return nonsense(name, text);
}

Result<std::string> GdbClient::request(std::string_view payload) {
  const std::string packet = gdb_packet(payload);
  line_.send(packet);
  return reply(packet);
}

Result<std::string> GdbClient::reply(const std::string& packet) {
  int trouble = 0;
  int others = 0;
  while (trouble < timeout_packets && others < timeout_replies) {
    auto item = take_gdb(received_);
    if (!item) {
      if (line_.receive(received_)) continue;
      return fail(ErrorKind::infrastructure,
                  fmt::format("QEMU's gdb socket does not answer {}", quote(packet)));
    }
    switch (item->kind) {
      case GdbItem::Kind::accepted:
        ++others;
        break;
      case GdbItem::Kind::refused:
        ++trouble;
        line_.send(packet);
        break;
      case GdbItem::Kind::damaged:
        ++trouble;
        line_.send("-");
        break;
      case GdbItem::Kind::packet:
        line_.send("+");
        return std::move(item->payload);
    }
  }
  return fail(ErrorKind::infrastructure,
              fmt::format("QEMU's gdb socket answers {} with damaged packets", quote(packet)));
}

Status GdbClient::expect_ok(std::string_view payload) {
  const auto said = request(payload);
  if (!said) return std::unexpected(said.error());
  if (*said != "OK") return nonsense(payload, *said);
  return {};
}

Result<std::uint64_t> GdbClient::read_register(const std::string& name) {
  const auto found = registers_.find(name);
  if (found == registers_.end()) {
    return fail(ErrorKind::infrastructure, fmt::format("the emulated CPU has no register '{}'", name));
  }
  const std::string what = fmt::format("p{:x}", found->second.number);
  const auto said = request(what);
  if (!said) return std::unexpected(said.error());
  const auto bytes = from_hex(*said);
  // Little-endian; a register of more than 64 bits is none that we ask for.
  if (!bytes || bytes->empty() || bytes->size() > sizeof(std::uint64_t)) return nonsense(name, *said);
  std::uint64_t value = 0;
  for (std::size_t i = bytes->size(); i-- > 0;) value = value << 8U | static_cast<unsigned char>((*bytes)[i]);
  return value;
}

Result<std::string> GdbClient::read_physical(std::uint64_t address, std::uint64_t bytes) {
  std::string memory;
  while (memory.size() < bytes) {
    const std::uint64_t part = std::min(chunk_bytes, bytes - memory.size());
    const std::string what = fmt::format("m{:x},{:x}", address + memory.size(), part);
    const auto said = request(what);
    if (!said) return std::unexpected(said.error());
    const auto got = from_hex(*said);
    if (!got || got->size() != part) return nonsense(what, *said);
    memory += *got;
  }
  return memory;
}

Status GdbClient::set_breakpoint(std::uint64_t address) {
  return expect_ok(fmt::format("Z0,{:x},4", address));
}

Status GdbClient::clear_breakpoint(std::uint64_t address) {
  return expect_ok(fmt::format("z0,{:x},4", address));
}

void GdbClient::resume() {
  line_.send(gdb_packet("c"));
}

void GdbClient::interrupt() {
  line_.send("\x03");
}

Result<bool> GdbClient::has_stopped(std::string& received) {
  received_ += received;
  received.clear();
  while (auto item = take_gdb(received_)) {
    if (item->kind == GdbItem::Kind::accepted) continue;
    if (item->kind != GdbItem::Kind::packet) return nonsense("'continue'", "a damaged packet");
    line_.send("+");
    if (is_stop(item->payload)) return true;
    // Output of the program and its end; the latter is noticed elsewhere.
    const char kind = item->payload.empty() ? ' ' : item->payload[0];
    if (kind != 'O' && kind != 'W' && kind != 'X') return nonsense("'continue'", item->payload);
  }
  return false;
}

Status GdbClient::wait_for_stop() {
  for (int i = 0; i < timeout_replies; ++i) {
    const auto said = reply("the wait for a stop");
    if (!said) return std::unexpected(said.error());
    if (is_stop(*said)) return {};
  }
  return nonsense("a stop", "other packets");
}

Status GdbClient::step() {
  line_.send(gdb_packet("s"));
  return wait_for_stop();
}

}  // namespace memgrade::vm
