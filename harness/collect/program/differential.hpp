// A differential search: seeded traces through the student's program and through the oracle, and the shortest
// trace found that still shows a difference. This is collecting: what it found is evidence, and judging it
// again runs nothing.
// A shortened trace differs in the kind of way in which the whole one did.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/collect/program/run.hpp>
#include <harness/model/search.hpp>
#include <vector>

namespace memgrade::collect {

struct SearchResult {
  DifferentialSearch found;
  std::vector<RunRecord> deaths;  // the run that crashed or met a limit, if one did
};

[[nodiscard]] Result<SearchResult> search(const Lab& lab, const Json& settings, const Runner& runner,
                                          const Invocation& invocation, const DataSets& data,
                                          const std::string& folder);

// The inputs of the differences found, where their commands name them below `directory`.
[[nodiscard]] Status write_search_inputs(const Json& settings, const DifferentialSearch& search,
                                         const DataSets& data, const std::filesystem::path& directory);

}  // namespace memgrade::collect
