// What a checker says of evidence, and what a checker is.
//
// A checker is a pure function of the case's parameters and of what was observed: no clock, no process, no
// file. It does not know points, and it cannot tell which lab it serves.
#pragma once

#include <harness/base/json.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/schema.hpp>
#include <string>
#include <vector>

namespace memgrade {

struct Verdict {
  bool passed = false;
  double fraction = 0;   // of the check's weight, 0…1; 1 when passed
  std::string expected;  // one line each; "" where there is nothing to say
  std::string observed;
  std::string message;  // one sentence: what is wrong, or what holds
  std::string detail;   // some lines for a <pre>: a diff in context, a counterexample
  // Not passed, because with a submission like this one nobody could look; `message` says why. Never for what
  // a submission can bring about by misbehaving: that is a failure.
  bool inconclusive = false;
  // It says all that there is to say of the task: the other checks are not shown, and the task fails.
  bool settles = false;
  // The runs that were broken by what this tells, and the broken run in which this failed: a gate that failed
  // in a run which another check tells to be broken costs nothing more.
  std::vector<std::string> broke_runs = {};
  std::string in_broken_run = {};
  // Where to look, when what was found says it better than the case can; it stands in the place of the
  // check's.
  std::string hint = {};
  // What a page draws beside it: {"kind": "hot_pages", "scans": [[physical address, …], …], "regions":
  // [{"name", "first", "last"}, …], "cut": whether later scans were left out}. Null for none.
  Json figure = nullptr;
};

[[nodiscard]] inline Verdict pass_verdict(std::string expected, std::string observed,
                                          std::string message = {}) {
  return {true, 1, std::move(expected), std::move(observed), std::move(message), {}};
}
[[nodiscard]] inline Verdict fail_verdict(std::string expected, std::string observed, std::string message) {
  return {false, 0, std::move(expected), std::move(observed), std::move(message), {}};
}
[[nodiscard]] inline Verdict inconclusive_verdict(std::string expected, std::string why) {
  Verdict verdict = fail_verdict(std::move(expected), "not looked at", std::move(why));
  verdict.inconclusive = true;
  return verdict;
}

// The evidence as a checker sees it. `facts` maps a dotted name's parts to values: {"book": {"page_faults":
// 244, "stdout": "…", "exit_status": 0, …}, "oracle": {"book": {…}}, "build": {…}}. Under kLookedFor, which
// is no name that a run can have, stands how each fact of the lab is recognised: {"page_faults": {"example":
// "Page Faults = 244", "patterns": ["…"]}}.
inline constexpr std::string_view kLookedFor = "?";

struct Observed {
  const Evidence& evidence;
  const Json& facts;
};

// The fact of that dotted name, or null when the evidence does not hold it (the program printed no such
// thing).
[[nodiscard]] const Json& fact(const Observed& observed, std::string_view dotted_name);
// For a person, why a fact is missing: the run crashed, printed nothing, printed no such line.
[[nodiscard]] std::string why_missing(const Observed& observed, std::string_view dotted_name);

// The run whose fact that is ("book.page_faults": the run "book"), or nullptr.
[[nodiscard]] const RunRecord* run_of(const Evidence& evidence, std::string_view dotted_name);

struct Checker {
  TermSpec spec;
  Verdict (*check)(const Json& params, const Observed& observed);
};

}  // namespace memgrade
