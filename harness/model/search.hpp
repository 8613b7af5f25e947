// What a search found: of a program, by asking it many questions; of a kernel, by driving it with sequences
// of calls and by probing its page tables from outside (docs/evidence.md).
#pragma once

#include <cstdint>
#include <harness/base/by_name.hpp>
#include <harness/base/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace memgrade {

// One answer that differs from the true one, on the shortest trace found.
struct FoundDifference {
  bool shown = true;  // else the program says nothing of it, and there is no trace: any would do
  std::int64_t seed = 0;
  Json with = Json::object();  // the settings of the case under which it was asked
  std::size_t step = 0;        // of `trace`, from 0
  std::string expected = {}, observed = {};
  std::string explanation = {};  // what should have happened at that step; "" when the oracle cannot say
  std::vector<std::string> trace = {};
  std::size_t full_length = 0;  // of the trace before it was shortened
  bool minimal = false;         // no single line can be left out; else the budget ended the shortening
  std::string command = {};     // for a person, to repeat it
  std::map<std::string, std::string> inputs = {};  // as RunRecord's
};

struct DifferentialSearch {
  std::vector<std::string> compare = {};  // the answers that are compared
  std::size_t questions = 0, runs = 0;
  ByName<FoundDifference> differences = {};  // by the answer; "ending" is the program's death
  std::optional<std::string> ended = {};     // how the program died while it was asked
};

// The shortest sequence of calls found that breaks a rule.
struct ShortestCalls {
  std::size_t op = 0;                 // the call that went wrong, from 0
  std::vector<std::string> sequence;  // as text
  std::size_t full_length = 0;
  bool minimal = false;
};

struct RuleViolation {
  std::string rule, sentence, expected, observed, picture;
  std::uint64_t seed = 0;
  std::optional<ShortestCalls> shortest;  // of a family's first violation
};

// Of the last sequence, or the one that shows something.
struct CallsJudged {
  std::size_t judged = 0;  // after how many calls the models still knew what is given out
  std::size_t length = 0;  // calls in all
  std::size_t given = 0;   // how many of them gave something
};

// Of a family that holds bad frees.
struct BadFreesSeen {
  std::size_t made = 0;
  bool frees_work = false;  // something that was freed rightly came again
};

struct FamilyResult {
  std::size_t boots = 0, calls = 0;
  std::vector<RuleViolation> violations = {};
  std::optional<std::string> ended = {};   // how the kernel ended before its driver did
  std::optional<CallsJudged> extent = {};  // not in evidence of before there was such a thing
  std::optional<BadFreesSeen> bad_frees = {};
};

struct PageMapping {
  std::uint64_t first = 0, last = 0;  // virtual addresses, both inside
  std::string permissions;            // "rwxu", '-' for what is not given
  std::uint64_t frame = 0;            // physical, of `first`
};

// A PTE that the machine refuses: neither a mapping nor nothing.
struct RefusedPte {
  std::uint64_t first = 0;
  std::string permissions;
};

// The allocator's tree as it was read out of the kernel's memory.
struct AllocatorReading {
  std::string inconclusive;  // why it could not be read; then nothing else counts
  std::uint64_t base = 0, free_pages = 0;
  std::vector<std::string> diagnostics;  // nodes that contradict each other
  std::string picture;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> given;  // blocks, by page, both ends inside
};

struct PageTableProbe {
  bool reached = false;
  std::string why;  // it was not reached; then nothing else counts
  std::vector<PageMapping> mappings;
  std::vector<RefusedPte> refused;
  std::optional<AllocatorReading> allocator;
};

struct DriverSequences {
  ByName<FamilyResult> families;    // of call sequences
  ByName<PageTableProbe> probes;    // in JSON: "looks"
  std::string driver_inconclusive;  // why the driver cannot call what is missing among the families
};

using Search = std::variant<std::monostate, DifferentialSearch, DriverSequences>;

// As evidence holds it; null for none.
[[nodiscard]] Json to_json(const Search& search);
// Throws std::exception on JSON of another shape; evidence_from_json catches it. A key that is missing leaves
// the default.
[[nodiscard]] Search search_from_json(const Json& json);

}  // namespace memgrade
