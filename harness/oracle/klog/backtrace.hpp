// Places in code as the kernel prints them. Inside this module only.
#pragma once

#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <optional>
#include <string_view>

namespace memgrade::oracle {

struct Frame {
  CodePlace place;
  bool guess = false;  // "? name": a word that happened to lie on the stack
};
// " ? scan_pages+0x4c/0x90 [ktest]": the whole line, nothing else on it.
[[nodiscard]] std::optional<Frame> parse_frame(std::string_view line);
// "RIP: 0010:scan_pages+0x4c/0x90 [ktest]", or an address: where the kernel stood, not a program (0033).
[[nodiscard]] std::optional<CodePlace> parse_rip(std::string_view line);
// The place that begins at the text's begin; what follows it is not looked at.
[[nodiscard]] std::optional<CodePlace> parse_place(std::string_view text);
// A function that is in every trace of its kind and tells nothing: dump_stack, __schedule, panic.
[[nodiscard]] bool tells_nothing(std::string_view function);

}  // namespace memgrade::oracle
