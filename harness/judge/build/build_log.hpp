// A compiler's findings as lines of text. Inside this module only.
#pragma once

#include <harness/model/evidence.hpp>
#include <string>
#include <vector>

namespace memgrade::judge {

[[nodiscard]] bool is_error(const Diagnostic& diagnostic);
[[nodiscard]] std::vector<const Diagnostic*> errors_of(const BuildRecord& build);
// "vm.c:12:3: error: … [-Wformat=]"
[[nodiscard]] std::string one_line(const Diagnostic& diagnostic);
// One a line, at most 20, then how many more.
[[nodiscard]] std::string listed(const std::vector<const Diagnostic*>& diagnostics);

}  // namespace memgrade::judge
