// Boots a kernel, stops it at chosen instructions, and looks into it there.
#pragma once

#include <functional>
#include <harness/vm/riscv/boot.hpp>
#include <harness/vm/riscv/stopped_guest.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::vm {

struct PhysicalRange {
  std::uint64_t address = 0, bytes = 0;
};
struct VirtualRange {
  std::uint64_t first = 0, last = 0;
};

// What one wants to see when the guest stands still. All of it in the state at that moment.
struct Look {
  std::vector<std::string> registers = {};  // beside pc, priv and satp, which are always read
  std::vector<PhysicalRange> memory = {};   // 64 MiB at most, of all together
  std::vector<VirtualRange> mappings = {};  // to be listed by satp's tables
  // For what depends on what is seen: called last. An Error ends the probe with it.
  std::function<Status(StoppedGuest&)> more = {};
};

struct Snapshot {
  std::string name;
  unsigned hit = 0;
  std::map<std::string, std::uint64_t> registers;
  std::vector<std::optional<std::string>> memory;  // as asked for; absent: not all of it is memory
  std::vector<oracle::sv39::Listing> mappings;     // as asked for
};

struct ProbePoint {
  std::string name;
  std::uint64_t address = 0;  // virtual: where the program counter will be, before the instruction is done
  unsigned hit = 1;           // look when it gets there for this time, counted from 1
  Look look = {};
  bool last = false;  // the run ends after it, as `probed`
};

struct ProbePlan {
  std::vector<ProbePoint> points;
  // Look at how a guest stands that did not come to an end by itself: silence, wall_timeout, output_limit,
  // stopped. (One that switched itself off is gone.)
  std::optional<Look> at_end = {};
};

struct ProbeRun {
  GuestRun run;
  std::vector<Snapshot> snapshots;  // in the order of time
  std::vector<unsigned> hits;       // by point: how often the guest got there while anyone still waited
  std::optional<Snapshot> end;      // by `at_end`; its name is "end"
  bool gave_up = false;             // 20,000 stops: the breakpoints were taken away, the guest ran on
};

// Like boot. A guest that never gets to a point is no Error: `snapshots` lacks it. A point that is waited for
// costs time whenever the guest gets there (some milliseconds), so choose rare ones. Breakpoints are virtual
// addresses in whatever address space there is at the moment, user programs' too.
[[nodiscard]] Result<ProbeRun> probe(const Emulator& emulator, const exec::Sandbox& sandbox,
                                     const RiscvMachine& machine, const GuestLimits& limits,
                                     const ProbePlan& plan, LineWatch watch = {}, std::stop_token stop = {});

}  // namespace memgrade::vm
