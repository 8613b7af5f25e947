// What a guest job brought back, as evidence.
#pragma once

#include <harness/base/result.hpp>
#include <harness/model/evidence.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <harness/vm/linux/guest.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

struct ObservedJob {
  RunRecord record;               // without name and command
  Json oracle = Json::object();   // {"memory", "system", "log", "troubles"}
  Json regions = Json::object();  // name -> {"first", "last"}, as our workload printed them
  std::vector<oracle::CrashReport> crashes;
};

// Groups the records. The ending is the worst of what the machine did, what the kernel log tells and the
// steps that did not come back. `module` is whose code troubles are looked for in. An Error when the agent's
// own words cannot be read.
[[nodiscard]] Result<ObservedJob> observed_of(vm::JobRun& run, const vm::LinuxGuest::Ranges& ram,
                                              const std::string& module);

}  // namespace memgrade::collect
