// What the agent of a Linux guest saw of one job (docs/evidence.md, "What a guest's job leaves"). Each of its
// parts is a fact of the run: "scan.values.vma", "scan.steps.load.errno".
#pragma once

#include <harness/base/by_name.hpp>
#include <harness/base/json.hpp>
#include <optional>
#include <string>

namespace memgrade {

// A step, or all of one name: then the last failure stands, and when none failed the last time.
struct StepOutcome {
  bool timed_out = false;
  int count = 0, failed = 0;  // how often it was taken, and how often it failed
  int result = 0;
  int error = 0;  // errno
  double ms = 0;
  bool operator==(const StepOutcome&) const = default;
};

struct ProcessExit {
  std::optional<int> status, signal;
  bool operator==(const ProcessExit&) const = default;
};

struct GuestObservation {
  ByName<std::string> values;  // what was read of files and attributes
  ByName<StepOutcome> steps;
  ByName<double> timestamps;    // seconds, of the steps `mark`
  ByName<std::string> printed;  // by processes
  ByName<ProcessExit> exits;    // of processes
  bool operator==(const GuestObservation&) const = default;
};

// As evidence holds it, in valid UTF-8: {"values": …, "steps": …, "marks": …, "printed": …, "exits": …}.
[[nodiscard]] Json to_json(const GuestObservation& observation);
// Throws std::exception on JSON of another shape; evidence_from_json catches it.
[[nodiscard]] GuestObservation guest_observation_from_json(const Json& json);

}  // namespace memgrade
