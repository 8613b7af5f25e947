// The table of calls, and the file that the driver reads.
#include <harness/oracle/rv64/driver_ops.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t magic = 0x3153'504f'5652'474dU;  // "MGRVOPS1"

constexpr std::string_view wire_names[] = {
    "",      "alloc_pages", "alloc_page",  "free_pages", "free_at", "free_raw", "slub_init", "kmalloc",
    "kfree", "kfree_raw",   "cache_alloc", "cache_free", "verify",  "census",   "hog",       "unhog",
    "mmap",  "munmap",      "load",        "store",      "fetch",   "areas",    "ptes"};

void put(std::string& bytes, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
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

}  // namespace memgrade::oracle
