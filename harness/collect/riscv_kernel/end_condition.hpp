// When a boot has shown enough: kernels that do not switch the machine off are ended after the last line that
// is expected of them, or when the same page fault comes again and again.
#pragma once

#include <harness/base/json.hpp>
#include <harness/vm/qemu/run_result.hpp>
#include <string_view>

namespace memgrade::collect {

// The reason of a run that was ended because of such a fault begins with this.
inline constexpr std::string_view endless_fault = "the same fault again and again: ";

// By the settings `last_line` and `endless`; absent ones end nothing. Lines are compared as plain_console
// gives them.
[[nodiscard]] vm::LineWatch watch_of(const Json& settings);

}  // namespace memgrade::collect
