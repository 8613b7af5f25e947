// The collector `linux_module`: a student's kernel module, built against the kernel of a Linux guest, loaded
// there and driven, while our agent records what is true.
//
//   schema      what may stand in a case file for this collector
//   settings    the same as values
//   source      which file is the student's, and of which variant
//   build       the module and our programs, built in the sandbox
//   steps       what a job does
//   evidence    what came back
//   symbolize   places in the module's code -> lines of the student's file
//   workspace   what ties them together
#pragma once

#include <harness/collect/collect.hpp>

namespace memgrade::collect {

[[nodiscard]] Collector linux_module_collector();
[[nodiscard]] CollectorSpec linux_module_spec();

}  // namespace memgrade::collect
