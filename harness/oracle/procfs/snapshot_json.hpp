// What the agent in a Linux guest recorded, as the JSON that checkers see: the truth about a process and
// about the machine, read from places that the graded module does not own.
//
// Pure; the caller groups the records. A record that cannot be right is an infrastructure error that names
// the record: evidence that was damaged proves nothing. Texts in the JSON are UTF-8 whatever the guest said.
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <harness/oracle/procfs/process_memory.hpp>
#include <map>
#include <string>

namespace memgrade::oracle {

// Of one observation of a process, or of one snapshot of the machine: the record's kind -> its bytes.
using LinuxRecords = std::map<std::string, std::string>;

// {"pid", "vmas": [{"first", "last", "rights", "name"}], "count", "pages": [[address, PFN]], "data":
// {"start", "end", "base64"}, "code": {…}, "ram": [[first, last]]}. A key stands only when its record does
// (pid: of stat or status; vmas and count: of maps); `last` is inclusive, [vsyscall] is no VMA of the mm's
// list and left out.
[[nodiscard]] Result<Json> memory_of(const LinuxRecords& observation, const PhysicalRanges& ram);

// {"meminfo": {"MemFree": bytes, "HugePages_Total": number}, "slabs": {name: objects}, "modules": [names],
// "tasks": [[pid, "comm", parent, "state"]], "sysfs": [paths], "proc": [names], "taint": number}, each only
// when its record is there. Lists are sorted.
[[nodiscard]] Result<Json> system_of(const LinuxRecords& snapshot);

}  // namespace memgrade::oracle
