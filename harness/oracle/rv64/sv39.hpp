// Sv39, the page tables of a 64-bit RISC-V kernel: what a satp value and the tables that it leads to say
// about an address. Pure: memory is read by a function of the caller's, so tables out of a stopped machine,
// out of a file and out of a test are all the same. Nothing here trusts a table: it may lead anywhere, also
// to itself.
//
//   satp   63  60 59        44 43                                    0
//         +------+------------+---------------------------------------+
//         | mode |    ASID    |  PPN of the root table                |   mode 8 is Sv39, 0 is no paging
//         +------+------------+---------------------------------------+
//
//   virtual address   63     39 38    30 29    21 20    12 11         0
//                    +---------+--------+--------+--------+------------+
//                    | all as  | VPN[2] | VPN[1] | VPN[0] |   offset   |
//                    | bit 38  |        |        |        |            |
//                    +---------+----|---+----|---+----|---+------------+
//                                   v        v        v
//           satp.PPN ──► table ──► PTE ──► table ──► PTE ──► table ──► PTE ──► page
//                        level 2  1 GiB    level 1  2 MiB    level 0   4 KiB
//
//   PTE    63     54 53     28 27    19 18    10 9   8  7 6 5 4 3 2 1 0
//         +---------+---------+--------+--------+-----+-+-+-+-+-+-+-+-+
//         | must be | PPN[2]  | PPN[1] | PPN[0] | RSW |D|A|G|U|X|W|R|V|
//         | zero    |         |        |        |     | | | | | | | | |
//         +---------+---------+--------+--------+-----+-+-+-+-+-+-+-+-+
//
// A PTE with R, W, X all zero leads to the next table; another one is a leaf, at any level: the low PPN parts
// of a superpage must then be zero. The source is the RISC-V privileged specification 1.12, 4.3.2 and 4.4.1,
// without the extensions Svnapot and Svpbmt, which QEMU's rv64 leaves off unless asked.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle::sv39 {

inline constexpr std::uint64_t pte_v = 1, pte_r = 2, pte_w = 4, pte_x = 8, pte_u = 16, pte_g = 32, pte_a = 64,
                               pte_d = 128;
inline constexpr std::uint64_t page_bytes = 4096;

// The eight bytes at a physical address, a multiple of 8; nothing when there is no memory.
using ReadPte = std::function<std::optional<std::uint64_t>(std::uint64_t physical)>;

enum class WalkFault {
  no_paging,              // satp's mode is 0: addresses are physical
  not_sv39,               // satp's mode is another
  not_canonical,          // bits 63 to 39 of the address are not all as bit 38
  no_memory,              // a table stands where there is no memory
  not_valid,              // V is 0
  write_without_read,     // W without R: reserved
  reserved_bits,          // a bit of 63 to 54
  pointer_with_flags,     // U, A or D in a PTE that leads to a table: reserved
  pointer_at_last_level,  // no leaf at level 0
  misaligned_superpage,
};
[[nodiscard]] std::string_view to_string(WalkFault fault);

// One PTE on the way.
struct Step {
  int level = 2;
  std::uint64_t pte_address = 0, pte = 0;
};

struct Walk {
  std::vector<Step> steps;         // as far as it went, the root's first
  std::optional<WalkFault> fault;  // absent: the last step is the leaf
  std::uint64_t physical = 0;      // of the address asked for, when there is no fault

  [[nodiscard]] bool mapped() const { return !fault; }
  [[nodiscard]] std::uint64_t leaf() const { return steps.back().pte; }
};
[[nodiscard]] Walk walk(std::uint64_t satp, std::uint64_t address, const ReadPte& read);

// A run of addresses mapped to a run of physical memory with one set of flags: leaves that follow each other
// in both are one mapping, whatever their sizes.
struct Mapping {
  std::uint64_t address = 0, physical = 0, bytes = 0;
  std::uint64_t flags = 0;  // bits 7 to 0 of the leaves, without A and D unless asked for
  bool operator==(const Mapping&) const = default;
  [[nodiscard]] std::uint64_t end() const { return address + bytes; }
};
// A PTE that is not zero and no good.
struct BrokenPte {
  std::uint64_t address = 0;  // the first virtual address that it stands for
  Step step;
  WalkFault fault = WalkFault::not_valid;
};
struct Listing {
  std::optional<WalkFault> fault;  // of satp itself: no_paging, not_sv39
  std::vector<Mapping> mappings;   // by address
  std::vector<BrokenPte> broken;
  std::vector<std::uint64_t> tables;  // physical addresses of those read, the root's first, each once
  bool cut = false;                   // a limit was met: the rest is missing
};
struct ListLimits {
  std::size_t mappings = 65'536;
  std::size_t broken = 256;
  std::size_t table_reads = 16'384;  // a table that is reached twice counts twice
  bool with_accessed_dirty = false;
};
// All that is mapped in [first, last], both canonical. A zero PTE is nothing; one with other bits and V = 0
// is nothing either, for software may keep what it likes there.
[[nodiscard]] Listing list(std::uint64_t satp, std::uint64_t first, std::uint64_t last, const ReadPte& read,
                           const ListLimits& limits = {});

// For messages: "rw-u-ad", in the order R W X U G A D.
[[nodiscard]] std::string flags_text(std::uint64_t flags);

}  // namespace memgrade::oracle::sv39
