#include <cstring>
#include <harness/vm/riscv/machine.hpp>
#include <harness/vm/riscv/stopped_guest.hpp>

namespace memgrade::vm {

namespace sv39 = oracle::sv39;

bool StoppedGuest::is_memory(std::uint64_t address, std::uint64_t bytes) const {
  return address >= ram_start && address - ram_start <= memory_bytes_ &&
         bytes <= memory_bytes_ - (address - ram_start);
}

Result<std::optional<std::string>> StoppedGuest::read_physical(std::uint64_t address, std::uint64_t bytes) {
  if (!is_memory(address, bytes)) return std::optional<std::string>();
  auto memory = gdb_.read_physical(address, bytes);
  if (!memory) return std::unexpected(memory.error());
  return std::optional(std::move(*memory));
}

// A page at a time: a walk over tables asks for most entries of a page.
std::optional<std::uint64_t> StoppedGuest::read_pte(std::uint64_t physical) {
  const std::uint64_t page = physical - physical % sv39::page_bytes;
  auto found = pages_.find(page);
  if (found == pages_.end()) {
    const auto got = trouble_ ? read_physical(page, sv39::page_bytes) : std::unexpected(trouble_.error());
    if (!got) trouble_ = std::unexpected(got.error());
    if (!got || !*got) return std::nullopt;
    found = pages_.emplace(page, **got).first;
  }
  std::uint64_t value = 0;
  for (std::size_t i = sizeof value; i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(found->second[physical % sv39::page_bytes + i]);
  }
  return value;
}

Result<sv39::Walk> StoppedGuest::walk(std::uint64_t satp, std::uint64_t address) {
  auto result = sv39::walk(satp, address, [this](std::uint64_t physical) { return read_pte(physical); });
  if (!trouble_) return std::unexpected(trouble_.error());
  return result;
}

Result<sv39::Listing> StoppedGuest::list(std::uint64_t satp, std::uint64_t first, std::uint64_t last,
                                         const sv39::ListLimits& limits) {
  auto result = sv39::list(
      satp, first, last, [this](std::uint64_t physical) { return read_pte(physical); }, limits);
  if (!trouble_) return std::unexpected(trouble_.error());
  return result;
}

}  // namespace memgrade::vm
