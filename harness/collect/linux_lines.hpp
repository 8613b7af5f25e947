// From a place in a module's code, as the kernel log names it, to a line of the student's file.
#pragma once

#include <cstdint>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/linux_build.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::collect {

struct CodePlace {
  std::string function;
  std::uint64_t offset = 0;  // from its first instruction
  auto operator<=>(const CodePlace&) const = default;
};
struct SourceLine {
  std::string file;  // relative to the module's folder
  int line = 0;      // from 1
};

// By the module's debug information; a place of which it says nothing is not in the result.
[[nodiscard]] Result<std::map<CodePlace, SourceLine>> source_lines(const Lab& lab, const BuiltModule& module,
                                                                   const std::vector<CodePlace>& places,
                                                                   const Surroundings& surroundings);

// Ten lines of `text` around a line, numbered, that one marked.
[[nodiscard]] std::vector<std::string> lines_around(const std::string& text, int line);

}  // namespace memgrade::collect
