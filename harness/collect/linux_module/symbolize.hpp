// From places in a module's code, as the kernel log names them, to lines of the student's file.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/linux_module/build.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <vector>

namespace memgrade::collect {

// By the module's debug information; a place of which it says nothing is not in the result. A line of the
// student's file comes with the ten around it.
[[nodiscard]] Result<std::vector<oracle::SourcePlace>> source_lines(
    const ModuleSettings& settings, const BuiltModule& module, const std::vector<oracle::CodePlace>& places,
    const Context& context);

}  // namespace memgrade::collect
