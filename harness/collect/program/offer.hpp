// Which settings a program offers, by what its best call answers in each.
//
// A value that changes no answer, and that the code does not read, is one that the program does not take. Of
// the settings that it cannot tell apart it then offers the one whose answer it gives: the one with the most
// right facts, of equals the one that its name speaks of (vm_LRU), then the one with the nearest counts.
#pragma once

#include <harness/collect/program/hints.hpp>
#include <harness/collect/program/probe.hpp>
#include <set>
#include <string>
#include <vector>

namespace memgrade::collect {

struct Offer {
  std::vector<bool> settings;  // in the probe's order
  std::string cause;           // why not all of them: "prints the same for fifo and lru: it takes no -p"
};

[[nodiscard]] Offer offer_of(const TriedCall& tried, const Prober& prober, const CallSearch& search,
                             const std::set<std::string>& taken);

// "256 frames, fifo" as the case's values say it: "256 fifo".
[[nodiscard]] std::string setting_text(const Json& values);

}  // namespace memgrade::collect
