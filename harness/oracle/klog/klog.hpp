// A Linux kernel's log as entries, and the troubles that it tells of: oopses, BUGs, warnings, lockups and
// their like, each with one sentence for a student, the place in the code and the backtrace. Pure.
//
// The log is read from /dev/kmsg, and from the console where a panic was faster than the agent. A module may
// print what it likes, at any length: nothing here fails on it, and what it fakes is held against it.
//
// Sources: Documentation/ABI/testing/dev-kmsg, Documentation/admin-guide/bug-hunting.rst, and the reports of
// Linux 5.10, 6.1 and 6.12 on x86-64. Line numbers are not known here: see source_places.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

struct LogEntry {
  std::optional<std::int64_t> time_us;  // of the kernel's own clock
  int level = -1;                       // 0 (emergency) … 7 (debug); -1 where it is not known
  bool kernel = true;                   // not written into the log by a program
  std::string text;                     // one line, UTF-8
};

// Lines of /dev/kmsg as they are read: "6,123,4567890,-;text", continuation lines (" KEY=value") left out.
[[nodiscard]] std::vector<LogEntry> parse_kmsg(std::string_view bytes);
// A console's text, with or without "[   12.345678]" before the lines.
[[nodiscard]] std::vector<LogEntry> parse_console(std::string_view bytes);
// Both in the order of time; what stands in both stands once.
[[nodiscard]] std::vector<LogEntry> joined_log(std::vector<LogEntry> kmsg,
                                               const std::vector<LogEntry>& console);

}  // namespace memgrade::oracle
