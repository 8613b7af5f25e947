#include <algorithm>
#include <array>
#include <harness/oracle/rv64/sv39.hpp>
#include <set>
#include <utility>

namespace memgrade::oracle::sv39 {
namespace {

constexpr int root_level = 2;
constexpr std::uint64_t entries = 512;
constexpr std::uint64_t ppn_mask = (1ULL << 44) - 1;
constexpr std::uint64_t reserved_mask = 0x3FFULL << 54;
constexpr std::uint64_t half = 1ULL << 38;

std::uint64_t span_of(int level) {
  return page_bytes << (9 * level);
}
std::uint64_t target(std::uint64_t pte) {
  return ((pte >> 10) & ppn_mask) * page_bytes;
}
bool is_leaf(std::uint64_t pte) {
  return (pte & (pte_r | pte_w | pte_x)) != 0;
}
bool canonical(std::uint64_t address) {
  return address < half || address >= 0 - half;
}

std::optional<WalkFault> satp_fault(std::uint64_t satp) {
  switch (satp >> 60) {
    case 8:
      return std::nullopt;
    case 0:
      return WalkFault::no_paging;
    default:
      return WalkFault::not_sv39;
  }
}

// What is wrong with one PTE, in the order in which the specification's algorithm looks.
std::optional<WalkFault> pte_fault(std::uint64_t pte, int level) {
  if ((pte & pte_v) == 0) return WalkFault::not_valid;
  if ((pte & (pte_r | pte_w)) == pte_w) return WalkFault::write_without_read;
  if ((pte & reserved_mask) != 0) return WalkFault::reserved_bits;
  if (is_leaf(pte)) {
    if (target(pte) % span_of(level) != 0) return WalkFault::misaligned_superpage;
    return std::nullopt;
  }
  if ((pte & (pte_u | pte_a | pte_d)) != 0) return WalkFault::pointer_with_flags;
  if (level == 0) return WalkFault::pointer_at_last_level;
  return std::nullopt;
}

class Lister {
 public:
  Lister(std::uint64_t first, std::uint64_t last, const ReadPte& read, const ListLimits& limits)
      : first_(first), last_(last), read_(read), limits_(limits) {}

  void table(std::uint64_t physical, int level, std::uint64_t base, std::optional<Step> by) {
    if (++reads_ > limits_.table_reads) {
      out.cut = true;
      return;
    }
    if (known_.insert(physical).second) out.tables.push_back(physical);
    for (std::uint64_t i = 0; i < entries && !out.cut; ++i) {
      std::uint64_t address = base + i * span_of(level);
      // The upper half of the root's table stands for the addresses at the top.
      if (level == root_level && i >= entries / 2) address -= 2 * half;
      if (address > last_ || address + (span_of(level) - 1) < first_) continue;
      const Step step{level, physical + i * sizeof(std::uint64_t), 0};
      const auto pte = read_(step.pte_address);
      if (!pte) return broken(base, by.value_or(step), WalkFault::no_memory);
      entry({level, step.pte_address, *pte}, address);
    }
  }

  Listing out;

 private:
  void entry(const Step& step, std::uint64_t address) {
    if ((step.pte & pte_v) == 0) return;
    if (const auto fault = pte_fault(step.pte, step.level)) return broken(address, step, *fault);
    if (!is_leaf(step.pte)) return table(target(step.pte), step.level - 1, address, step);
    add_leaf(step, address);
  }

  // The part of the leaf that lies in the range.
  void add_leaf(const Step& step, std::uint64_t address) {
    const std::uint64_t begin = std::max(address, first_);
    const std::uint64_t end = std::min(address + (span_of(step.level) - 1), last_);
    std::uint64_t flags = step.pte & 0xFFU;
    if (!limits_.with_accessed_dirty) flags &= ~(pte_a | pte_d);
    const Mapping fresh{begin, target(step.pte) + (begin - address), end - begin + 1, flags};
    if (!out.mappings.empty()) {
      Mapping& before = out.mappings.back();
      if (before.flags == flags && before.end() == fresh.address &&
          before.physical + before.bytes == fresh.physical) {
        before.bytes += fresh.bytes;
        return;
      }
    }
    if (out.mappings.size() >= limits_.mappings) {
      out.cut = true;
      return;
    }
    out.mappings.push_back(fresh);
  }

  void broken(std::uint64_t address, const Step& step, WalkFault fault) {
    if (out.broken.size() < limits_.broken)
      out.broken.push_back({address, step, fault});
    else
      out.cut = true;
  }

  std::uint64_t first_, last_;
  const ReadPte& read_;
  const ListLimits& limits_;
  std::size_t reads_ = 0;
  std::set<std::uint64_t> known_;
};

constexpr std::array<std::pair<WalkFault, std::string_view>, 10> fault_words{{
    {WalkFault::no_paging, "paging is off"},
    {WalkFault::not_sv39, "satp names another mode than Sv39"},
    {WalkFault::not_canonical, "the address is not canonical"},
    {WalkFault::no_memory, "the table is not in memory"},
    {WalkFault::not_valid, "V is 0"},
    {WalkFault::write_without_read, "W without R"},
    {WalkFault::reserved_bits, "a reserved bit is set"},
    {WalkFault::pointer_with_flags, "U, A or D in a PTE that is no leaf"},
    {WalkFault::pointer_at_last_level, "no leaf at the last level"},
    {WalkFault::misaligned_superpage, "the superpage is not aligned"},
}};
}  // namespace

std::string_view to_string(WalkFault fault) {
  const auto* const found =
      std::ranges::find(fault_words, fault, &std::pair<WalkFault, std::string_view>::first);
  return found == fault_words.end() ? std::string_view("unknown") : found->second;
}

Walk walk(std::uint64_t satp, std::uint64_t address, const ReadPte& read) {
  Walk result;
  result.fault = satp_fault(satp);
  if (!result.fault && !canonical(address)) result.fault = WalkFault::not_canonical;
  std::uint64_t table = (satp & ppn_mask) * page_bytes;
  for (int level = root_level; !result.fault; --level) {
    const std::uint64_t index = (address >> (12 + 9 * level)) % entries;
    const std::uint64_t pte_address = table + index * sizeof(std::uint64_t);
    const auto pte = read(pte_address);
    if (!pte) {
      result.fault = WalkFault::no_memory;
      break;
    }
    result.steps.push_back({level, pte_address, *pte});
    result.fault = pte_fault(*pte, level);
    if (result.fault) break;
    if (is_leaf(*pte)) {
      result.physical = target(*pte) + address % span_of(level);
      break;
    }
    table = target(*pte);
  }
  return result;
}

Listing list(std::uint64_t satp, std::uint64_t first, std::uint64_t last, const ReadPte& read,
             const ListLimits& limits) {
  Lister lister(first, last, read, limits);
  lister.out.fault = satp_fault(satp);
  if (!lister.out.fault && first <= last) {
    lister.table((satp & ppn_mask) * page_bytes, root_level, 0, std::nullopt);
  }
  return std::move(lister.out);
}

std::string flags_text(std::uint64_t flags) {
  constexpr std::array<std::pair<std::uint64_t, char>, 7> letters{
      {{pte_r, 'r'}, {pte_w, 'w'}, {pte_x, 'x'}, {pte_u, 'u'}, {pte_g, 'g'}, {pte_a, 'a'}, {pte_d, 'd'}}};
  std::string text;
  for (const auto& [flag, letter] : letters) text += (flags & flag) != 0 ? letter : '-';
  return text;
}

}  // namespace memgrade::oracle::sv39
