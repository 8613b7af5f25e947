// Demand paging with a TLB, as the project of Silberschatz, Galvin, Gagne, "Operating System Concepts" (the
// virtual memory manager at the end of its chapter on virtual memory) defines it: what each access does, and
// the counts that follow.
//
//   address ──► TLB ──hit──────────────────────────► frame, offset ──► signed byte
//                └─miss─► page table ──resident──► into the TLB ┘
//                              └─fault─► free frame, else a page is evicted ─► into the TLB
//
// Written in the most obvious way, with vectors and linear search, because it is the judge of others: it has
// nothing in common with vmsim/. Frames are handed out in the order 0, 1, 2, …; one policy serves the TLB and
// page replacement.
#pragma once

#include <cstdint>
#include <harness/oracle/oracle.hpp>
#include <harness/oracle/paging/trace.hpp>
#include <optional>
#include <span>
#include <vector>

namespace memgrade::oracle {

// The oracle `paging` (oracle.hpp says what the three are for). In explain, accesses are counted from 1, as
// lines are: step 0 is "access 1".
[[nodiscard]] const TermSpec& paging_spec();
[[nodiscard]] const std::vector<std::string>& paging_facts();
[[nodiscard]] Result<Json> paging_truth(const Json& params, const Files& files);
[[nodiscard]] std::string paging_explain(const Json& params, const Files& files, std::size_t step);

}  // namespace memgrade::oracle
