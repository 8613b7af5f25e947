// Sequences of calls for the driver in the teaching kernel: as values, as the bytes that the driver reads,
// and as text for people and for shrinking.
//
// The bytes and the meaning of each call are defined in riscv-kernel/driver/ops.h. As text a call is one line
// of C's look; a result gets a name, and names are what later calls refer to:
//
//   p0 = alloc_pages(3)          free_pages(p0)           free_pages(p0 + 0x1000)   free_pages(start -
//   0x1000) p1 = kmalloc(100)            kfree(p1)                kfree(0x0)                slub_init()
//   mmap(0x0, 0x2000, RWUV)      munmap(0x0, 0x2000)      store(0x1fff, 1, 0x8)     census()
#pragma once

#include <array>
#include <cstdint>
#include <harness/base/result.hpp>
#include <harness/base/shrink.hpp>
#include <harness/oracle/rv64/sv39.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

enum class Call : std::uint32_t {
  alloc_pages = 1,
  alloc_page,
  free,      // free_pages(result(ref) + a)
  free_at,   // free_pages(start of the memory + a)
  free_raw,  // free_pages(a)
  slub_init,
  kmalloc,
  kfree,        // kfree(result(ref) + a)
  kfree_raw,    // kfree(a)
  cache_alloc,  // kmem_cache_alloc of cache a
  cache_free,
  verify,  // looks whether result(ref) still holds what the driver wrote there
  census,  // takes every free block, largest first, and gives all back
  hog,     // takes every free page but a
  unhog,
  mmap,
  munmap,
  load,  // user mode, b bytes at a
  store,
  fetch,
  vmas,
  ptes,
};

// The bits of prot, and of a PTE.
using sv39::pte_r, sv39::pte_u, sv39::pte_v, sv39::pte_w, sv39::pte_x;

struct KernelOp {
  Call call = Call::census;
  std::int32_t ref = -1;  // an earlier operation, counted from 0
  std::uint64_t a = 0, b = 0, c = 0;
  bool operator==(const KernelOp&) const = default;
};

// early: nothing is allocated yet, paging is off. late: on behalf of the first task.
enum class Phase : std::uint32_t { early = 0, late = 1 };

struct CallSequence {
  Phase phase = Phase::early;
  std::vector<KernelOp> ops;
  bool operator==(const CallSequence&) const = default;
};

// Of one run: the nonce is printed, the key is not.
struct TraceKey {
  std::uint64_t nonce = 0;
  std::array<std::uint64_t, 2> key = {};
};

inline constexpr std::uint64_t ops_address = 0x8400'0000;  // where QEMU puts the file
inline constexpr std::size_t most_ops = 8192;

// The name in a trace line: "free_at".
[[nodiscard]] std::string_view wire_name(Call call);
// Whether the call returns what a later call can refer to.
[[nodiscard]] bool makes_result(Call call);

// The file for QEMU's loader. At most most_ops operations; `limit_ms` is for each of them.
[[nodiscard]] std::string encode_ops(const CallSequence& sequence, const TraceKey& key,
                                     std::uint32_t limit_ms = 10'000);

// One call as text; a result's name is "p" and the operation's number.
[[nodiscard]] std::string to_text(const CallSequence& sequence, std::size_t op);
[[nodiscard]] Items to_text(const CallSequence& sequence);
// An error (kind case_file) names the line; a name that no line before it defines is an error, too.
[[nodiscard]] Result<CallSequence> sequence_from_text(Phase phase, const Items& lines);

// For shrink(): the lines without those that refer to a name which is no longer defined.
[[nodiscard]] Items without_dangling(const Items& lines);
// `fails` runs a sequence. Lists are asked without their dangling lines, and no list twice; simpler calls
// have smaller sizes. Drop the dangling lines of the result, too.
[[nodiscard]] ShrinkQuestions sequence_questions(Phase phase,
                                                 std::function<Result<bool>(const CallSequence&)> fails);

}  // namespace memgrade::oracle
