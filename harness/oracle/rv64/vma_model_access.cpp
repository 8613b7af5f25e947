// The part of AreaModel that judges accesses.
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

void AreaModel::accessed(std::size_t index, const KernelOp& op, const SeenAccess& seen) {
  Area* const area = area_of(op.a);
  if (area == nullptr) return accessed_nowhere(index, op, seen);
  if (permits(area->flags, op.call)) return accessed_permitted(index, op, seen, *area);
  accessed_denied(index, op, seen, *area);
}

std::string AreaModel::nowhere_rule(std::uint64_t address, const SeenAccess& seen) const {
  const bool at_an_end = std::ranges::any_of(areas_, [&](const Area& area) { return address == area.end; });
  if (was_area(address) && seen.result == AccessResult::ok && seen.faults == 0)
    return cleared_.contains(address / page_bytes * page_bytes) ? "munmap.tlb" : "munmap.pte";
  if (at_an_end) return "fault.end";
  return was_area(address) && seen.result == AccessResult::ok ? "munmap.areas" : "fault.no-area";
}

void AreaModel::accessed_nowhere(std::size_t index, const KernelOp& op, const SeenAccess& seen) {
  if (seen.result == AccessResult::skipped) return;
  const std::string rule = nowhere_rule(op.a, seen);
  const std::string why = rule == "munmap.tlb"  ? ", and its PTE is cleared: the TLB still had the old one"
                          : rule == "fault.end" ? ": it is the first byte after one"
                          : was_area(op.a)      ? " any more"
                                                : "";
  findings_.add({rule, index, fmt::format("No area holds {:#x}{}.", op.a, why),
                 access_text(op) + " is skipped", seen_text(seen)});
}

void AreaModel::accessed_denied(std::size_t index, const KernelOp& op, const SeenAccess& seen, Area& area) {
  if (seen.result == AccessResult::skipped) return;
  findings_.add({denied_rule(area.flags, op.call), index,
                 fmt::format("The area {} has the rights {}: {} is not permitted.",
                             range_text(area.start, area.end), flags_text(area.flags), access_text(op)),
                 "it is skipped", seen_text(seen)});
  // Pages that this mistake has mapped are no second one.
  area.touched.insert(op.a / page_bytes * page_bytes);
  ever_touched_ = true;
  note_tables(area);
  if (op.call == Call::store && seen.result == AccessResult::ok)
    for (std::uint64_t i = 0; i < op.b; ++i)
      area.contents[op.a + i] = static_cast<std::uint8_t>(op.c >> (8 * i));
}

bool AreaModel::no_page_for(const Area& area, std::uint64_t address) const {
  return hog_ && !area.touched.contains(address / page_bytes * page_bytes) && *hog_ < area.pages();
}

void AreaModel::accessed_permitted(std::size_t index, const KernelOp& op, const SeenAccess& seen,
                                   Area& area) {
  const std::uint64_t page = op.a / page_bytes * page_bytes;
  note_tables(area);
  if (no_page_for(area, op.a)) {
    // The whole area may have been mapped by its first access, before the pages ran out.
    const bool mapped_before = seen.result == AccessResult::ok && seen.faults == 0 && !area.touched.empty();
    const bool had_a_page = *hog_ > 0 && seen.result == AccessResult::ok;
    if (seen.result == AccessResult::skipped) {
      area.starved = area.touched.empty();
      return;
    }
    if (!mapped_before && !had_a_page) {
      area.starved = true;
      findings_.add({"fault.no-memory", index,
                     fmt::format("No page is free, so {} cannot be done.", access_text(op)), "it is skipped",
                     seen_text(seen)});
      return;
    }
  }
  if (seen.result != AccessResult::ok) {
    findings_.add({"fault.permitted", index,
                   fmt::format("The area {} has the rights {}: {} is permitted.",
                               range_text(area.start, area.end), flags_text(area.flags), access_text(op)),
                   "it is done", seen_text(seen)});
    return;
  }
  if (seen.faults > (area.touched.contains(page) ? 0U : 1U))
    findings_.add({"fault.once", index,
                   fmt::format("The page at {:#x} faults though it {}.", page,
                               area.touched.contains(page) ? "has been accessed before" : "was just mapped"),
                   area.touched.contains(page) ? "no page fault" : "one page fault", seen_text(seen)});
  area.touched.insert(page);
  area.starved = false;
  ever_touched_ = true;
  if (op.call == Call::load) loaded(index, op, seen, area);
  if (op.call == Call::store)
    for (std::uint64_t i = 0; i < op.b; ++i)
      area.contents[op.a + i] = static_cast<std::uint8_t>(op.c >> (8 * i));
}

void AreaModel::loaded(std::size_t index, const KernelOp& op, const SeenAccess& seen, const Area& area) {
  std::uint64_t expected = 0;
  bool stored = false;
  for (std::uint64_t i = 0; i < op.b; ++i) {
    const auto found = area.contents.find(op.a + i);
    if (found == area.contents.end()) continue;
    stored = true;
    expected |= std::uint64_t{found->second} << (8 * i);
  }
  if (seen.value == expected) return;
  findings_.add({stored ? "fault.contents" : "fault.zeroed", index,
                 stored ? fmt::format("At {:#x} stands not what was stored there.", op.a)
                        : fmt::format("Nothing has been stored at {:#x} since the area was made.", op.a),
                 fmt::format("{:#x}", expected), fmt::format("{:#x}", seen.value)});
}

std::string AreaModel::rule_of_death(const KernelOp& op) const {
  if (op.call != Call::load && op.call != Call::store && op.call != Call::fetch) return "";
  for (const Area& area : areas_)
    if (area.has(op.a) && permits(area.flags, op.call) && no_page_for(area, op.a)) return "fault.no-memory";
  return "";
}

}  // namespace memgrade::oracle
