// A differential search: seeded traces through the student's program and through the oracle, and the shortest
// trace found that still shows a difference. This is collecting: what it found is evidence, and judging it
// again runs nothing.
//
// What is kept (Evidence::search):
//   {"compare": [names], "questions": asked, "runs": runs in all, "differences": {name: {seed, with, step,
//   expected,
//    observed, explanation, trace, full_length, minimal, command}}, "ended": null or how the program died}
// Of what the program does not show at all there is {"kind": "not shown", with, expected, observed, command}:
// any trace would do. A shortened trace differs in the kind of way in which the whole one did. "ending" may
// stand among the differences: the program crashed or met a limit, on that trace.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/collect/program/run.hpp>
#include <vector>

namespace memgrade::collect {

struct SearchResult {
  Json found;
  std::vector<RunRecord> deaths;  // the run that crashed or met a limit, if one did
};

[[nodiscard]] Result<SearchResult> search(const Lab& lab, const Json& settings, const Runner& runner,
                                          const Invocation& invocation, const DataSets& data);

}  // namespace memgrade::collect
