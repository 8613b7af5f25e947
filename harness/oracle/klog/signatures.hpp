// The lines by which troubles in a kernel's log begin, and the lines that belong to their reports. Inside
// this module only.
#pragma once

#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <optional>
#include <string_view>

namespace memgrade::oracle {

struct Signature {
  CrashKind kind = CrashKind::bug;
  // "Oops: 0000 [#1]", "kernel BUG at …", "WARNING: CPU: …": the kernel's general words, which often follow a
  // line that says more.
  bool general = false;
  // Counts only when a call trace follows: a module may print such words itself.
  bool needs_trace = false;
};
[[nodiscard]] std::optional<Signature> signature_of(std::string_view text);

// "------------[ cut here ]------------"; what it warns of stands in the lines before the headline.
[[nodiscard]] bool is_cut_here(std::string_view text);
[[nodiscard]] bool ends_report(std::string_view text);
// Registers, the trace, the list of modules: what a report consists of after its headline.
[[nodiscard]] bool belongs_to_report(std::string_view text);

}  // namespace memgrade::oracle
