// The collector `program`: builds a student's ordinary program, finds out how it wants to be called, runs it
// on our data in the sandbox, and keeps what it printed.
//
//   program_keys     what may stand in a case file for this collector
//   program_data     data sets: generated, or from --dataset
//   program_build    copy, build, list what came out
//   program_run      one run in a fresh directory
//   program_form     which command line gives answers
//   program_search   seeded traces, and the shortest that shows a difference
//   program          the workspace that ties them together
#pragma once

#include <harness/collect/collect.hpp>

namespace memgrade::collect {

[[nodiscard]] Collector program_collector();
[[nodiscard]] CollectorSpec program_spec();

}  // namespace memgrade::collect
