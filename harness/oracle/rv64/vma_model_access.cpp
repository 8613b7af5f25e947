// The part of VmaModel that judges accesses.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/page.hpp>
#include <harness/oracle/rv64/vma_model.hpp>
#include <harness/oracle/rv64/vma_permissions.hpp>

namespace memgrade::oracle {
namespace {

std::string access_text(const KernelOp& op) {
  const char* const what = op.call == Call::load ? "load" : op.call == Call::store ? "store" : "fetch";
  return fmt::format("the {} at {:#x}", what, op.a);
}

std::string cause_text(std::uint64_t scause) {
  switch (scause) {
    case 1:
    case 5:
    case 7:
      return "there is no memory at its physical address";
    case 2:
      return "illegal instruction";
    case 12:
      return "page fault on a fetch";
    case 13:
      return "page fault on a load";
    case 15:
      return "page fault on a store";
    default:
      return fmt::format("scause {}", scause);
  }
}

std::string seen_text(const SeenAccess& seen) {
  const std::string faults = fmt::format("{} page fault{}", seen.faults, seen.faults == 1 ? "" : "s");
  switch (seen.result) {
    case AccessResult::ok:
      return fmt::format("done, after {}", faults);
    case AccessResult::skipped:
      return fmt::format("skipped, after {} ({})", faults, cause_text(seen.scause));
    case AccessResult::endless:
      return fmt::format("the same fault again and again ({})", cause_text(seen.scause));
    case AccessResult::trapped:
      return fmt::format("ended by a trap: {}", cause_text(seen.scause));
    case AccessResult::hung:
      return "not done in time";
  }
  return "";
}

}  // namespace

void VmaModel::accessed(std::size_t index, const KernelOp& op, const SeenAccess& seen) {
  Vma* const vma = vma_of(op.a);
  if (vma == nullptr) return accessed_nowhere(index, op, seen);
  if (permits(vma->flags, op.call)) return accessed_permitted(index, op, seen, *vma);
  accessed_denied(index, op, seen, *vma);
}

std::string VmaModel::nowhere_rule(std::uint64_t address, const SeenAccess& seen) const {
  const bool at_an_end = std::ranges::any_of(vmas_, [&](const Vma& vma) { return address == vma.end; });
  if (was_vma(address) && seen.result == AccessResult::ok && seen.faults == 0)
    return cleared_.contains(address / page_bytes * page_bytes) ? "munmap.tlb" : "munmap.pte";
  if (at_an_end) return "fault.end";
  return was_vma(address) && seen.result == AccessResult::ok ? "munmap.areas" : "fault.no-area";
}

void VmaModel::accessed_nowhere(std::size_t index, const KernelOp& op, const SeenAccess& seen) {
  if (seen.result == AccessResult::skipped) return;
  const std::string rule = nowhere_rule(op.a, seen);
  const std::string why = rule == "munmap.tlb"  ? ", and its PTE is cleared: the TLB still had the old one"
                          : rule == "fault.end" ? ": it is the first byte after one"
                          : was_vma(op.a)       ? " any more"
                                                : "";
  violations_.add({rule, index, fmt::format("No VMA holds {:#x}{}.", op.a, why),
                   access_text(op) + " is skipped", seen_text(seen)});
}

void VmaModel::accessed_denied(std::size_t index, const KernelOp& op, const SeenAccess& seen, Vma& vma) {
  if (seen.result == AccessResult::skipped) return;
  violations_.add({denied_rule(vma.flags, op.call), index,
                   fmt::format("The VMA {} has the permissions {}: {} is not permitted.",
                               range_text(vma.start, vma.end), flags_text(vma.flags), access_text(op)),
                   "it is skipped", seen_text(seen)});
  // Pages that this mistake has mapped are no second one.
  vma.touched.insert(op.a / page_bytes * page_bytes);
  ever_touched_ = true;
  note_tables(vma);
  if (op.call == Call::store && seen.result == AccessResult::ok)
    for (std::uint64_t i = 0; i < op.b; ++i)
      vma.contents[op.a + i] = static_cast<std::uint8_t>(op.c >> (8 * i));
}

bool VmaModel::no_page_for(const Vma& vma, std::uint64_t address) const {
  return hog_ && !vma.touched.contains(address / page_bytes * page_bytes) && *hog_ < vma.pages();
}

void VmaModel::accessed_permitted(std::size_t index, const KernelOp& op, const SeenAccess& seen, Vma& vma) {
  const std::uint64_t page = op.a / page_bytes * page_bytes;
  note_tables(vma);
  if (no_page_for(vma, op.a)) {
    // The whole VMA may have been mapped by its first access, before the pages ran out.
    const bool mapped_before = seen.result == AccessResult::ok && seen.faults == 0 && !vma.touched.empty();
    const bool had_a_page = *hog_ > 0 && seen.result == AccessResult::ok;
    if (seen.result == AccessResult::skipped) {
      vma.starved = vma.touched.empty();
      return;
    }
    if (!mapped_before && !had_a_page) {
      vma.starved = true;
      violations_.add({"fault.no-memory", index,
                       fmt::format("No page is free, so {} cannot be done.", access_text(op)),
                       "it is skipped", seen_text(seen)});
      return;
    }
  }
  if (seen.result != AccessResult::ok) {
    violations_.add({"fault.permitted", index,
                     fmt::format("The VMA {} has the permissions {}: {} is permitted.",
                                 range_text(vma.start, vma.end), flags_text(vma.flags), access_text(op)),
                     "it is done", seen_text(seen)});
    return;
  }
  if (seen.faults > (vma.touched.contains(page) ? 0U : 1U))
    violations_.add({"fault.once", index,
                     fmt::format("The page at {:#x} faults though it {}.", page,
                                 vma.touched.contains(page) ? "has been accessed before" : "was just mapped"),
                     vma.touched.contains(page) ? "no page fault" : "one page fault", seen_text(seen)});
  vma.touched.insert(page);
  vma.starved = false;
  ever_touched_ = true;
  if (op.call == Call::load) loaded(index, op, seen, vma);
  if (op.call == Call::store)
    for (std::uint64_t i = 0; i < op.b; ++i)
      vma.contents[op.a + i] = static_cast<std::uint8_t>(op.c >> (8 * i));
}

void VmaModel::loaded(std::size_t index, const KernelOp& op, const SeenAccess& seen, const Vma& vma) {
  std::uint64_t expected = 0;
  bool stored = false;
  for (std::uint64_t i = 0; i < op.b; ++i) {
    const auto found = vma.contents.find(op.a + i);
    if (found == vma.contents.end()) continue;
    stored = true;
    expected |= std::uint64_t{found->second} << (8 * i);
  }
  if (seen.value == expected) return;
  violations_.add({stored ? "fault.contents" : "fault.zeroed", index,
                   stored ? fmt::format("{:#x} does not hold the stored value.", op.a)
                          : fmt::format("Nothing has been stored at {:#x} since the VMA was made.", op.a),
                   fmt::format("{:#x}", expected), fmt::format("{:#x}", seen.value)});
}

std::string VmaModel::rule_of_death(const KernelOp& op) const {
  if (op.call != Call::load && op.call != Call::store && op.call != Call::fetch) return "";
  for (const Vma& vma : vmas_)
    if (vma.has(op.a) && permits(vma.flags, op.call) && no_page_for(vma, op.a)) return "fault.no-memory";
  return "";
}

}  // namespace memgrade::oracle
