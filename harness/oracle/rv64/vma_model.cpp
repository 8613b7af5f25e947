// The list of VMAs, the page table, and the pages that come and go. Accesses are in area_access.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/page.hpp>
#include <harness/oracle/rv64/vma_model.hpp>
#include <harness/oracle/rv64/vma_permissions.hpp>
#include <numeric>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t refused = ~std::uint64_t{0};
constexpr std::uint64_t program_table = 0x100'0000 >> 21;  // exists since the task's program was loaded

std::string result_text(std::uint64_t value) {
  return value == refused ? "-1" : fmt::format("{:#x}", value);
}

std::string vmas_text(const std::vector<SeenVma>& vmas) {
  std::string text;
  for (const SeenVma& vma : vmas)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", range_text(vma.start, vma.end),
                        flags_text(vma.flags));
  return text.empty() ? "none" : text;
}

}  // namespace

void VmaModel::step(std::size_t index, const KernelOp& op, const Seen& seen) {
  if (lost_) return;
  switch (op.call) {
    case Call::mmap:
      return mapped(index, op, seen);
    case Call::munmap:
      return unmapped(index, op, seen);
    case Call::vmas:
      return listed(index, seen);
    case Call::ptes:
      return walked(index, op, seen);
    case Call::census:
      return counted_free(index, seen);
    case Call::hog:
      hog_ = op.a;
      return;
    case Call::unhog:
      hog_.reset();
      return;
    case Call::load:
    case Call::store:
    case Call::fetch:
      if (seen.access) accessed(index, op, *seen.access);
      return;
    default:
      return;
  }
}

VmaModel::Vma* VmaModel::vma_of(std::uint64_t address) {
  const auto found = std::ranges::find_if(vmas_, [&](const Vma& vma) { return vma.has(address); });
  return found == vmas_.end() ? nullptr : &*found;
}

bool VmaModel::was_vma(std::uint64_t address) const {
  return former_.contains(address / page_bytes * page_bytes);
}

void VmaModel::mapped(std::size_t index, const KernelOp& op, const Seen& seen) {
  const std::uint64_t start = op.a, end = op.a + op.b;
  const bool in_range = mappable(op.a, op.b);
  const bool overlaps = in_range && std::ranges::any_of(vmas_, [&](const Vma& vma) {
                          return start < vma.end && vma.start < end;
                        });
  if (!in_range || overlaps) {
    list_rule_ = overlaps ? "mmap.refuses-overlap" : "mmap.refuses-range";
    if (seen.value == refused) return;
    violations_.add({list_rule_, index,
                     fmt::format("mmap of {} must be refused: {}.", range_text(start, end),
                                 overlaps ? "some of it is a VMA already"
                                          : "that is no range of whole pages that the task may have"),
                     "-1", result_text(seen.value)});
    lost_ = true;
    return;
  }
  list_rule_ = "mmap.areas";
  if (seen.value == refused && hog_) return;  // no memory for the VMA's own record
  if (seen.value != start) {
    violations_.add({"mmap.result", index, fmt::format("mmap of {} is possible.", range_text(start, end)),
                     result_text(start), result_text(seen.value)});
    lost_ = true;
    return;
  }
  vmas_.push_back({.start = start, .end = end, .flags = op.c});
  for (std::uint64_t page = start; page < end; page += page_bytes) {
    former_.erase(page);
    cleared_.erase(page);
  }
}

void VmaModel::unmapped(std::size_t index, const KernelOp& op, const Seen& seen) {
  const auto found = std::ranges::find_if(
      vmas_, [&](const Vma& vma) { return vma.start == op.a && vma.end - vma.start == op.b; });
  if (found == vmas_.end()) {
    list_rule_ = "munmap.refuses";
    if (seen.value == refused) return;
    violations_.add(
        {"munmap.refuses", index,
         fmt::format("munmap of {} must be refused: no VMA is exactly that.", range_text(op.a, op.a + op.b)),
         "-1", result_text(seen.value)});
    lost_ = true;
    return;
  }
  list_rule_ = "munmap.areas";
  if (seen.value != 0) {
    violations_.add({"munmap.result", index,
                     fmt::format("munmap of the VMA {} is possible.", range_text(op.a, op.a + op.b)), "0",
                     result_text(seen.value)});
    lost_ = true;
    return;
  }
  ever_unmapped_ = true;
  for (std::uint64_t page = found->start; page < found->end; page += page_bytes) former_.insert(page);
  vmas_.erase(found);
}

void VmaModel::listed(std::size_t index, const Seen& seen) {
  std::vector<SeenVma> expected, observed = seen.vmas;
  for (const Vma& vma : vmas_) expected.push_back({vma.start, vma.end, vma.flags, false});
  for (SeenVma& vma : observed) vma.mapped = false;
  const auto less = [](const SeenVma& a, const SeenVma& b) { return a.start < b.start; };
  std::ranges::sort(expected, less);
  std::ranges::sort(observed, less);
  if (expected == observed && !seen.vmas_broken) return;
  violations_.add({list_rule_, index, "The task's list of VMAs is not what was asked for.",
                   vmas_text(expected),
                   vmas_text(observed) + (seen.vmas_broken ? ", then something that is no VMA" : "")});
  lost_ = true;
}

void VmaModel::walked(std::size_t index, const KernelOp& op, const Seen& seen) {
  for (std::size_t i = 0; i < seen.list.size(); ++i)
    judge_pte(index, op.a / page_bytes * page_bytes + i * page_bytes, seen.list[i]);
}

void VmaModel::judge_pte(std::size_t index, std::uint64_t page, std::uint64_t pte) {
  const bool valid = (pte & pte_v) != 0;
  Vma* const vma = vma_of(page);
  const std::string observed = fmt::format("{:#x} ({})", pte, flags_text(pte));
  if (vma == nullptr) {
    if (!valid && was_vma(page)) cleared_.insert(page);
    if (valid)
      violations_.add({was_vma(page) ? "munmap.pte" : "fault.end", index,
                       fmt::format("The page at {:#x} is mapped, though no VMA is there{}.", page,
                                   was_vma(page) ? " any more" : ""),
                       "no valid PTE", observed});
    return;
  }
  if (!valid) {
    vma->frames.erase(page);
    if (!vma->touched.empty() && !vma->touched.contains(page) && !vma->starved && !hog_)
      violations_.add({"fault.whole-area", index,
                       fmt::format("The VMA {} has been accessed, and its page at {:#x} is not mapped: the "
                                   "handout maps the whole VMA at its first fault.",
                                   range_text(vma->start, vma->end), page),
                       "a valid PTE", observed});
    return;
  }
  if (vma->touched.empty()) {
    violations_.add(
        {vma->starved ? "fault.no-memory" : "mmap.lazy", index,
         fmt::format("The page at {:#x} is mapped, though no access to its VMA has been done.", page),
         "no valid PTE", observed});
    return;
  }
  constexpr std::uint64_t permissions = pte_r | pte_w | pte_x | pte_u;
  if ((pte & permissions) != (vma->flags & permissions))
    violations_.add(
        {"fault.rights", index,
         fmt::format("The page at {:#x} is mapped with other permissions than its VMA has.", page),
         flags_text(vma->flags), observed});
  judge_frame(index, page, pte, *vma);
}

void VmaModel::judge_frame(std::size_t index, std::uint64_t page, std::uint64_t pte, Vma& vma) {
  const std::uint64_t frame = (pte >> 10 & 0xFFF'FFFF'FFFFU) << 12;
  if (frame < start_ || frame >= start_ + pages_ * page_bytes) {
    violations_.add(
        {"fault.frame", index,
         fmt::format("The page at {:#x} is mapped to memory that the allocator does not have.", page),
         range_text(start_, start_ + pages_ * page_bytes), fmt::format("{:#x}", frame)});
    return;
  }
  for (const Vma& other : vmas_)
    for (const auto& [its_page, its_frame] : other.frames)
      if (its_frame == frame && its_page != page)
        violations_.add(
            {"fault.frame", index,
             fmt::format("The pages at {:#x} and {:#x} are mapped to the same page frame.", its_page, page),
             "a frame for each", fmt::format("{:#x} for both", frame)});
  vma.frames[page] = frame;
}

void VmaModel::note_tables(const Vma& vma) {
  for (std::uint64_t at = vma.start; at < vma.end; at += page_bytes) {
    if (at >> 21 != program_table) tables_.insert(at >> 21);
    if (at >> 30 != 0) tables_.insert(at >> 30 | std::uint64_t{1} << 63);
  }
}

void VmaModel::counted_free(std::size_t index, const Seen& seen) {
  std::uint64_t free = 0;
  for (std::size_t order = 0; order < seen.list.size(); ++order) free += seen.list[order] << order;
  if (!free_at_start_) {
    free_at_start_ = free;
    return;
  }
  std::uint64_t least_used = 0, most_used = tables_.size() + vmas_.size();
  for (const Vma& vma : vmas_) {
    least_used += vma.touched.size();
    if (!vma.touched.empty()) most_used += vma.pages();
  }
  if (free + least_used > *free_at_start_) {
    violations_.add(
        {"fault.frame", index, "alloc_pages gives pages that are in use: more are free than there can be.",
         fmt::format("at most {} free pages", *free_at_start_ - least_used), fmt::format("{}", free)});
  } else if (free + most_used < *free_at_start_) {
    const bool lazy = !ever_unmapped_ && !ever_touched_;
    violations_.add({lazy ? "mmap.lazy" : "munmap.leak", index,
                     lazy ? "mmap has taken pages, though nothing has been accessed."
                          : "Pages are missing that no VMA has: not all came back.",
                     fmt::format("at least {} free pages", *free_at_start_ - most_used),
                     fmt::format("{}", free)});
  }
}

}  // namespace memgrade::oracle
