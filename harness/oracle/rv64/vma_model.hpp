// Judges mmap, munmap and the page fault handler on one task: the list of VMAs, what may be accessed, what a
// load sees, which page frames stand behind it, and whether they come back.
//
// A VMA permits, by its permissions (PTE bits; without U and V: nothing; with W and without R: nothing):
//
//        R    W    X    RW   RX   WX   RWX
//   load x              x    x         x         store: RW, RWX      fetch: X, RX, RWX
//
// The handout maps the whole VMA at its first access. Whoever maps page by page breaks that rule alone
// (fault.whole-area); for all others either is accepted.
#pragma once

#include <harness/oracle/rv64/driver_trace.hpp>
#include <harness/oracle/rv64/violations.hpp>
#include <map>
#include <optional>
#include <set>

namespace memgrade::oracle {

class VmaModel {
 public:
  // The allocator's memory, by which page frames are judged.
  VmaModel(std::uint64_t start, std::uint64_t pages, Violations& violations)
      : start_(start), pages_(pages), violations_(violations) {}

  // mmap, munmap, accesses, VMAs, ptes, census, hog, unhog. Others are passed over.
  void step(std::size_t index, const KernelOp& op, const Seen& seen);
  // The rule that a death in this operation breaks; "" when no rule of its own.
  [[nodiscard]] std::string rule_of_death(const KernelOp& op) const;
  // The student's VMAs are no longer known: nothing more is judged.
  [[nodiscard]] bool lost() const { return lost_; }

 private:
  struct Vma {
    std::uint64_t start = 0, end = 0, flags = 0;
    std::set<std::uint64_t> touched = {};                 // pages, by their first address
    std::map<std::uint64_t, std::uint8_t> contents = {};  // what was stored, by address
    std::map<std::uint64_t, std::uint64_t> frames = {};   // page -> physical address, as last seen
    bool starved = false;                                 // its last first access found no page

    [[nodiscard]] bool has(std::uint64_t address) const { return address >= start && address < end; }
    [[nodiscard]] std::uint64_t pages() const { return (end - start) / 4096; }
  };

  void mapped(std::size_t index, const KernelOp& op, const Seen& seen);
  void unmapped(std::size_t index, const KernelOp& op, const Seen& seen);
  void accessed(std::size_t index, const KernelOp& op, const SeenAccess& seen);
  void accessed_nowhere(std::size_t index, const KernelOp& op, const SeenAccess& seen);
  void accessed_denied(std::size_t index, const KernelOp& op, const SeenAccess& seen, Vma& vma);
  void accessed_permitted(std::size_t index, const KernelOp& op, const SeenAccess& seen, Vma& vma);
  void loaded(std::size_t index, const KernelOp& op, const SeenAccess& seen, const Vma& vma);
  void listed(std::size_t index, const Seen& seen);
  void walked(std::size_t index, const KernelOp& op, const Seen& seen);
  void judge_pte(std::size_t index, std::uint64_t page, std::uint64_t pte);
  void judge_frame(std::size_t index, std::uint64_t page, std::uint64_t pte, Vma& vma);
  void counted_free(std::size_t index, const Seen& seen);
  [[nodiscard]] Vma* vma_of(std::uint64_t address);
  [[nodiscard]] bool was_vma(std::uint64_t address) const;
  void note_tables(const Vma& vma);
  [[nodiscard]] std::string nowhere_rule(std::uint64_t address, const SeenAccess& seen) const;
  [[nodiscard]] bool no_page_for(const Vma& vma, std::uint64_t address) const;

  std::uint64_t start_, pages_;
  Violations& violations_;
  std::vector<Vma> vmas_;
  std::set<std::uint64_t> former_;        // pages that munmap took away, until they are a VMA's again
  std::set<std::uint64_t> cleared_;       // of these: seen without a PTE
  std::string list_rule_ = "mmap.areas";  // what last changed, or should not have changed, the list
  bool ever_unmapped_ = false, ever_touched_ = false;
  std::optional<std::uint64_t> hog_;            // pages that were left
  std::optional<std::uint64_t> free_at_start_;  // pages, at the first census
  std::set<std::uint64_t> tables_;              // tables of pages that accesses may have made
  bool lost_ = false;  // the student's VMAs are no longer known: nothing more is judged
};

}  // namespace memgrade::oracle
