// What a guest job brought back, as evidence.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/linux_lines.hpp>
#include <harness/model/evidence.hpp>
#include <harness/vm/linux_guest.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::collect {

struct ObservedJob {
  RunRecord record;               // without name and command
  Json oracle = Json::object();   // {"memory", "system", "log", "troubles"}
  Json regions = Json::object();  // name -> {"first", "last"}, as our workload printed them
};

// Groups the records. The ending is the worst of what the machine did, what the kernel log tells and the
// steps that did not come back. An Error when the agent's own words cannot be read.
[[nodiscard]] Result<ObservedJob> observed_of(vm::JobRun& run, const vm::LinuxGuest::Ranges& ram);

// The places in the code of `module` that troubles name.
[[nodiscard]] std::vector<CodePlace> places_in(const Json& troubles, const std::string& module);
// Puts file and line to them, and the lines around the fault itself where they are in the student's file.
void put_lines(Json& troubles, const std::map<CodePlace, SourceLine>& lines, const std::string& students_file,
               const std::string& text);

}  // namespace memgrade::collect
