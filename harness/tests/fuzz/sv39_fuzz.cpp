// Page tables of any bytes: a walk has at most three steps, a listing comes back in bounded time, and both
// say the same of the addresses that the listing names.
#include <array>
#include <cstdint>
#include <harness/oracle/rv64/sv39.hpp>
#include <harness/tests/fuzz/require.hpp>

namespace memgrade::oracle::sv39 {
namespace {

constexpr std::uint64_t memory = 0x8000'0000, pages = 4;
constexpr std::uint64_t satp = 8ULL << 60 | memory >> 12;

// PTEs that lead to one of a few pages, with flags from the input: else hardly one would be valid.
struct Memory {
  std::array<std::uint64_t, pages * 512> ptes{};
  Memory(const std::uint8_t* data, std::size_t size) {
    for (std::size_t i = 0; i + 3 < size; i += 4) {
      const std::size_t at = (data[i] * 256U + data[i + 1]) % ptes.size();
      const std::uint64_t target = (memory >> 12) + data[i + 2] % (pages + 1);
      const std::uint64_t reserved = data[i + 2] == 0xFF ? 1ULL << 60 : 0;
      ptes[at] = target << 10 | data[i + 3] | reserved;
    }
  }
  std::optional<std::uint64_t> operator()(std::uint64_t physical) const {
    require(physical % 8 == 0, "a PTE that is not aligned");
    if (physical < memory || physical >= memory + pages * page_bytes) return std::nullopt;
    return ptes[(physical - memory) / 8];
  }
};

}  // namespace
}  // namespace memgrade::oracle::sv39

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using memgrade::require;
  using namespace memgrade::oracle::sv39;
  const Memory tables(data, size);
  const ReadPte read = [&tables](std::uint64_t physical) { return tables(physical); };
  constexpr ListLimits limits{.mappings = 100, .table_reads = 500};
  const Listing listing = list(satp, 0, ~0ULL, read, limits);
  require(listing.mappings.size() <= limits.mappings && listing.broken.size() <= limits.broken,
          "over a limit");
  std::uint64_t next = 0;
  for (const Mapping& mapping : listing.mappings) {
    require(mapping.address >= next && mapping.bytes > 0, "mappings out of order");
    next = mapping.address + mapping.bytes - 1;
    for (const std::uint64_t offset : {std::uint64_t{0}, mapping.bytes / 2, mapping.bytes - 1}) {
      const Walk there = walk(satp, mapping.address + offset, read);
      require(there.mapped() && there.steps.size() <= 3, "listed and not mapped");
      require(there.physical == mapping.physical + offset, "listed and walked to different places");
      require((there.leaf() & 0xFF & ~(pte_a | pte_d)) == mapping.flags,
              "listed and walked to different flags");
    }
  }
  for (const BrokenPte& broken : listing.broken) {
    require(walk(satp, broken.address, read).fault == broken.fault, "broken in the list and not for a walk");
  }
  return 0;
}
