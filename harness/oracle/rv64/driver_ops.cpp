// The table of calls, and the file that the driver reads.
#include <fmt/format.h>

#include <harness/oracle/rv64/driver_ops.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t magic = 0x3153'504f'5652'474dU;  // "MGRVOPS1"
constexpr std::size_t header_bytes = 48, record_bytes = 32;

constexpr std::string_view wire_names[] = {
    "",      "alloc_pages", "alloc_page",  "free_pages", "free_at", "free_raw", "slub_init", "kmalloc",
    "kfree", "kfree_raw",   "cache_alloc", "cache_free", "verify",  "census",   "hog",       "unhog",
    "mmap",  "munmap",      "load",        "store",      "fetch",   "areas",    "ptes"};

void put(std::string& bytes, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::unexpected<Error> malformed(std::string what) {
  return std::unexpected(Error{ErrorKind::case_file, "operations: " + std::move(what), {}});
}

}  // namespace

std::string_view wire_name(Call call) {
  return wire_names[static_cast<std::size_t>(call)];
}

bool makes_result(Call call) {
  return call == Call::alloc_pages || call == Call::alloc_page || call == Call::kmalloc ||
         call == Call::cache_alloc;
}

std::string encode_ops(const CallSequence& sequence, const TraceKey& key, std::uint32_t limit_ms) {
  std::string bytes;
  put(bytes, magic, 8);
  put(bytes, key.nonce, 8);
  put(bytes, key.key[0], 8);
  put(bytes, key.key[1], 8);
  put(bytes, sequence.ops.size(), 4);
  put(bytes, static_cast<std::uint64_t>(sequence.phase), 4);
  put(bytes, limit_ms, 4);
  put(bytes, 0, 4);
  for (const KernelOp& op : sequence.ops) {
    put(bytes, static_cast<std::uint64_t>(op.call), 4);
    put(bytes, static_cast<std::uint32_t>(op.ref), 4);
    put(bytes, op.a, 8);
    put(bytes, op.b, 8);
    put(bytes, op.c, 8);
  }
  return bytes;
}

Result<DecodedOps> decode_ops(std::string_view bytes) {
  if (bytes.size() < header_bytes || get(bytes, 0, 8) != magic) return malformed("no header");
  DecodedOps decoded;
  decoded.key = {get(bytes, 8, 8), {get(bytes, 16, 8), get(bytes, 24, 8)}};
  const std::uint64_t count = get(bytes, 32, 4), phase = get(bytes, 36, 4);
  decoded.limit_ms = static_cast<std::uint32_t>(get(bytes, 40, 4));
  if (count > most_ops || bytes.size() != header_bytes + count * record_bytes)
    return malformed(fmt::format("{} records are announced in {} bytes", count, bytes.size()));
  if (phase > 1) return malformed(fmt::format("there is no phase {}", phase));
  decoded.sequence.phase = static_cast<Phase>(phase);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = header_bytes + i * record_bytes;
    const std::uint64_t code = get(bytes, at, 4);
    if (code == 0 || code >= std::size(wire_names))
      return malformed(fmt::format("there is no call {}", code));
    const auto ref = static_cast<std::int32_t>(static_cast<std::uint32_t>(get(bytes, at + 4, 4)));
    decoded.sequence.ops.push_back({static_cast<Call>(code), ref, get(bytes, at + 8, 8),
                                    get(bytes, at + 16, 8), get(bytes, at + 24, 8)});
  }
  return decoded;
}

}  // namespace memgrade::oracle
