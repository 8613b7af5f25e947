// The crash reports in a kernel log: oopses, BUGs, warnings, lockups and their like, each with one sentence
// for a student, the place in the code and the backtrace. Pure.
//
// Sources: Documentation/admin-guide/bug-hunting.rst, and the reports of Linux 5.10, 6.1 and 6.12 on x86-64.
// Line numbers are not known here: see source_places.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

enum class CrashKind {
  oops,
  bug,
  warning,
  panic,
  double_fault,
  stack_overflow,
  stack_corruption,
  hung_task,
  soft_lockup,
  hard_lockup,
  rcu_stall,
  workqueue,
  scheduling_while_atomic,
  sleeping_in_atomic,
  lockdep,
  list_corruption,
  refcount,
  use_after_free,
  out_of_bounds,
  slab_corruption,
  bad_page,
  out_of_memory,
  allocation_failure,
  leftover,
  not_loaded,
};
[[nodiscard]] std::string_view to_string(CrashKind kind);
// The words of all kinds, in their order.
[[nodiscard]] const std::vector<std::string>& crash_kinds();

// "scan_pages+0x4c/0x90 [ktest]"; of an address without a name the function is "0xffffffffc0a01234".
struct CodePlace {
  std::string function;
  std::uint64_t offset = 0;
  std::string module;      // "" for the kernel itself
  bool is_return = false;  // where a call returns to: the call's line is that of the byte before it

  bool operator==(const CodePlace&) const = default;
};
// "scan_pages+0x4c"
[[nodiscard]] std::string show(const CodePlace& place);

struct CrashReport {
  CrashKind kind = CrashKind::bug;
  std::string title;        // the kernel's own words
  std::string explanation;  // for a student
  std::optional<std::int64_t> time_us;
  std::optional<CodePlace> rip;    // where the CPU stood
  std::optional<CodePlace> place;  // what the sentence names: rip, or the first of a module that it came from
  std::string file;                // where the kernel itself names the line (BUG_ON, WARN_ON)
  int line = 0;
  std::string comm;  // the task's name
  std::vector<CodePlace> backtrace;
  std::vector<std::string> log;
  std::size_t times = 1;  // the same trouble at the same place is told once
};
// At most 64, in the order of the log. `modules`: whose code a place is looked for in; empty: of any module.
[[nodiscard]] std::vector<CrashReport> find_crash_reports(const std::vector<LogEntry>& log,
                                                          const std::vector<std::string>& modules = {});

// As checkers see them. Of a log of more than 200,000 entries the middle is left out, and an entry says so.
[[nodiscard]] Json log_json(const std::vector<LogEntry>& log);
[[nodiscard]] Json crash_reports_json(const std::vector<CrashReport>& crashes);

// A place's line in the source, from whoever can read debug information.
struct SourcePlace {
  CodePlace place;
  std::string file;
  int line = 0;
  std::vector<std::string> source;  // the line in its context, "> 12 | text", for a person
};
// Every place that troubles name, each once, and the way back: the lines into the troubles' JSON.
[[nodiscard]] std::vector<CodePlace> source_places(const std::vector<CrashReport>& crashes);
void add_source_places(Json& crashes, const std::vector<SourcePlace>& sources);

}  // namespace memgrade::oracle
