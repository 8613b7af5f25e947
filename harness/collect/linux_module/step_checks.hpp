// Names in the steps of a guest's job, each looked up where it stands: values, scripts, processes, programs,
// the module, and what is asked to be seen. Pure.
#pragma once

#include <harness/model/schema.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// `pointer` is the guest's in the task's settings. Mistakes of a script stand in the lab's
// ("lab:/scripts/…"), also one that only this guest makes of it, such as a process that it never started.
[[nodiscard]] std::vector<SettingDiagnostic> inspect_steps(const Json& lab, const Json& guest,
                                                           const std::string& pointer);

}  // namespace memgrade::collect
