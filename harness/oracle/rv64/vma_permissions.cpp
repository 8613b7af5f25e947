#include <fmt/format.h>

#include <harness/base/page.hpp>
#include <harness/oracle/rv64/vma_permissions.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t user_end = 0x8000'0000;

bool reserved(std::uint64_t flags) {
  return (flags & pte_w) != 0 && (flags & pte_r) == 0;
}
bool user_valid(std::uint64_t flags) {
  return (flags & pte_u) != 0 && (flags & pte_v) != 0;
}

}  // namespace

bool permits(std::uint64_t flags, Call access) {
  const std::uint64_t right = access == Call::load ? pte_r : access == Call::store ? pte_w : pte_x;
  return (flags & right) != 0 && user_valid(flags) && !reserved(flags);
}

std::string denied_rule(std::uint64_t flags, Call access) {
  if (!user_valid(flags)) return "fault.user-valid";
  if (reserved(flags)) return "fault.reserved";
  return access == Call::load    ? "fault.load-denied"
         : access == Call::store ? "fault.store-denied"
                                 : "fault.fetch-denied";
}

bool mappable(std::uint64_t address, std::uint64_t bytes) {
  if (address % page_bytes != 0 || bytes % page_bytes != 0 || bytes == 0) return false;
  if (bytes > user_end || address > user_end - bytes) return false;
  return address + bytes <= program_start || address >= program_end;
}

std::string flags_text(std::uint64_t flags) {
  std::string text = "-----";
  constexpr std::string_view letters = "RWXUV";
  constexpr std::uint64_t bits[] = {pte_r, pte_w, pte_x, pte_u, pte_v};
  for (std::size_t i = 0; i < letters.size(); ++i)
    if ((flags & bits[i]) != 0) text[i] = letters[i];
  return text;
}

std::string range_text(std::uint64_t start, std::uint64_t end) {
  return fmt::format("[{:#x}, {:#x})", start, end);
}

}  // namespace memgrade::oracle
