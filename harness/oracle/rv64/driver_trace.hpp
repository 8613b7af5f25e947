// What the driver in the teaching kernel printed, read into records. Pure; judges nothing.
//
// The lines are defined in riscv-kernel/driver/{ops,trace}.h. Everything else on the console (the firmware,
// the kernel's own lines, a student's debugging) is passed over, also when it stands before a line of the
// trace without a newline. A line that looks like one of the trace and has not the right check value was not
// printed by the driver, or was damaged on the way: it is counted and not believed. Since each check covers
// the line before, nothing after a lost line is believed either, and a trace without its end line never
// counts as complete.
#pragma once

#include <cstdint>
#include <harness/oracle/rv64/driver_ops.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

enum class AccessResult { ok, skipped, endless, trapped, hung };

struct SeenAccess {
  AccessResult result = AccessResult::ok;
  std::uint64_t value = 0;   // of a load that was done
  std::uint64_t faults = 0;  // page faults that were answered
  std::uint64_t scause = 0;  // of the last of them, or of the trap that ended it; not known when ok
};

struct SeenVma {
  std::uint64_t start = 0, end = 0, flags = 0;
  bool mapped = false;
  bool operator==(const SeenVma&) const = default;
};

// The first of several wrong bytes or words.
struct Wrong {
  std::uint64_t count = 0, first = 0;
};

// The kernel died, or took too long, at an operation.
struct Death {
  bool hang = false;
  bool in_driver = false;  // in the driver's own reads and writes, not in the function that was called
  std::uint64_t scause = 0, sepc = 0, stval = 0, ra = 0;
};

struct Seen {
  std::uint64_t value = 0;               // a result, or the address that was freed
  bool outside = false;                  // what came back lies not wholly in the memory
  std::optional<Wrong> nonzero = {};     // words of fresh pages; count 0: all were zero
  std::optional<Wrong> damaged = {};     // bytes of the driver's pattern; count 0: all were there
  std::string owner = {};                // of an object's page: "s3", "b", "f0"
  std::vector<std::uint64_t> list = {};  // of census and ptes
  std::optional<SeenAccess> access = {};
  std::vector<SeenVma> vmas = {};
  bool vmas_broken = false;  // the list leads somewhere that is no VMA
  std::optional<Death> death = {};
};

struct PageTrace {
  bool begun = false;
  std::uint64_t start = 0, pages = 0;  // the memory that the allocator manages
  std::vector<Seen> seen;              // by operation, as far as it went
  std::string status;                  // of the end line: "done", "hang", "fault"; empty: there was none
  std::size_t disbelieved = 0;         // lines that look like the trace's, with a wrong check
  std::string first_disbelieved;
  std::string diagnostic;  // a line with a right check that makes no sense: the driver is another

  [[nodiscard]] bool complete() const { return status == "done"; }
};

[[nodiscard]] PageTrace parse_page_trace(std::string_view console, const CallSequence& sequence,
                                         const TraceKey& key);

}  // namespace memgrade::oracle
