// Compiler output -> findings, for every collector that builds something.
#pragma once

#include <harness/model/evidence.hpp>
#include <string_view>
#include <vector>

namespace memgrade::collect {

// GCC's, Clang's and the linker's findings in a build's output, at most 200; `root` is taken off file names.
[[nodiscard]] std::vector<Diagnostic> parse_diagnostics(std::string_view output, std::string_view root);

}  // namespace memgrade::collect
