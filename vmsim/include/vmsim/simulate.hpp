// The library's front door: the policies by name, and runs of whole traces.
#pragma once

#include <vmsim/mmu.hpp>
#include <vmsim/result.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vmsim {

inline constexpr std::size_t kMaxFrames = std::size_t{1} << 24;
inline constexpr std::size_t kMaxTlbEntries = std::size_t{1} << 24;

// A policy by its name, with the code compiled for it.
struct PolicyEntry {
  std::string_view name;     // lower case
  std::string_view summary;  // one line for --help
  std::unique_ptr<Mmu> (*make_mmu)(const MachineConfig&, std::span<const PageNumber> trace);
  Statistics (*simulate)(const MachineConfig&, std::span<const PageNumber> trace);
};

// All policies of this build, in the order for --help.
std::span<const PolicyEntry> policies();

// The policy of that name, whatever its case; nullptr when there is none.
const PolicyEntry* find_policy(std::string_view name);

// "fifo, lru, ...": what to say when a name is not known.
std::string policy_names();

// Runs the page numbers `trace` through `config.frames` frames and a TLB of `config.tlb_entries` entries,
// under the policy of that name for both, and returns the counts. No bytes are loaded. Error (bad_input): an
// unknown policy, a configuration outside the limits, a page number that the geometry does not have, or a
// trace of 2^32 accesses or more.
Result<Statistics> simulate(std::string_view policy, const MachineConfig& config,
                            std::span<const PageNumber> trace);

}  // namespace vmsim
