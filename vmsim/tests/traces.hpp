// Traces and settings that the tests share.
#pragma once

#include <vmsim/simulate.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

namespace vmsim::tests {

using Trace = std::vector<PageNumber>;

inline MachineConfig machine(std::size_t frames, std::size_t tlb_entries) {
  MachineConfig config;
  config.frames = frames;
  config.tlb_entries = tlb_entries;
  return config;
}

// Runs a trace and fails the test when the library refuses.
inline Statistics counts(std::string_view policy, const MachineConfig& config, const Trace& trace) {
  const auto result = simulate(policy, config, trace);
  if (!result) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  return *result;
}

inline std::uint64_t faults(std::string_view policy, std::size_t frames, const Trace& trace) {
  return counts(policy, machine(frames, 0), trace).page_faults;
}

// Page numbers below `pages`, every second one from the `pages / 4` pages at the front, so that use differs.
inline Trace random_trace(std::uint64_t seed, std::size_t length, std::uint32_t pages) {
  std::mt19937_64 draw(seed);
  Trace trace(length);
  for (PageNumber& page : trace) {
    const std::uint64_t range = draw() % 2 == 0 ? pages : std::max<std::uint64_t>(pages / 4, 1);
    page = static_cast<PageNumber>(draw() % range);
  }
  return trace;
}

}  // namespace vmsim::tests
