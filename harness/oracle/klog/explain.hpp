// One sentence about a trouble, for a student who has never read a kernel's log. Inside this module only.
#pragma once

#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <string>

namespace memgrade::oracle {

// Made of what the trouble holds: kind, title, places, task, and the lines of its report.
[[nodiscard]] std::string explanation_of(const CrashReport& crash);

}  // namespace memgrade::oracle
