// What a Linux machine says about itself, as text of the agent: meminfo, slab caches, modules, tasks, names
// in sysfs and procfs, the taint mask. Pure; what cannot be read is an infrastructure error with its line.
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <string_view>

namespace memgrade::oracle {

// "MemFree:  123 kB" -> {"MemFree": 125952}; a value without a unit is a number.
[[nodiscard]] Result<Json> parse_meminfo(std::string_view text);
// "dentry 4032" -> {"dentry": 4032}; caches of one name are added up.
[[nodiscard]] Result<Json> parse_slabs(std::string_view text);
// The first words of /proc/modules, sorted.
[[nodiscard]] Result<Json> parse_modules(std::string_view text);
// "12 2 S kworker/0:1" (pid, parent, state, name to the line's end) -> [[12, "kworker/0:1", 2, "S"]], by pid.
[[nodiscard]] Result<Json> parse_tasks(std::string_view text);
// One name a line, sorted, each once.
[[nodiscard]] Json parse_names(std::string_view text);
// /proc/sys/kernel/tainted: one number.
[[nodiscard]] Result<Json> parse_taint(std::string_view text);

}  // namespace memgrade::oracle
