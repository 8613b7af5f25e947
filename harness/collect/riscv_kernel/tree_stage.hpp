// A whole tree as it was handed in, made ready to be built: copied, freed of what was compiled elsewhere, and
// with the case's declared edits of framework files made. Everything that was done to it is told.
#pragma once

#include <filesystem>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

struct StagedTree {
  std::vector<std::string> notes;     // for the report: every edit with file and line, those without a place
  std::vector<std::string> commands;  // the same by hand, for a shell in a copy of what was handed in
};

// Copies `from` to `to`. `settings` is the case's `whole_trees`, `toolchain` the prefix of the compiler that
// will be used.
[[nodiscard]] Result<StagedTree> stage_tree(const std::filesystem::path& from,
                                            const std::filesystem::path& to, const Json& settings,
                                            const std::string& toolchain);

}  // namespace memgrade::collect
