// The collector `linux_module`: a student's kernel module, built against the kernel of a Linux guest, loaded
// there and driven, while our agent records what is true.
//
//   linux_keys     what may stand in a case file for this collector
//   linux_source   which file is the student's, and of which shape
//   linux_build    the module and our programs, built in the sandbox
//   linux_steps    what a job does
//   linux_records  what came back, as evidence
//   linux_lines    places in the module's code -> lines of the student's file
//   linux_module   the workspace that ties them together
#pragma once

#include <harness/collect/collect.hpp>

namespace memgrade::collect {

[[nodiscard]] Collector linux_module_collector();
[[nodiscard]] CollectorSpec linux_module_spec();

}  // namespace memgrade::collect
