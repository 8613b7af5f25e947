// A whole tree as it was handed in, made ready to be built: copied, freed of what was compiled elsewhere, and
// with the case's declared edits of framework files made. Everything that was done to it is told.
#pragma once

#include <filesystem>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// Copies `from` to `to`. `settings` is the case's `whole_trees`, `toolchain` the prefix of the compiler that
// will be used. Returns notes for the report: every edit with file and line, and those that found no place.
[[nodiscard]] Result<std::vector<std::string>> stage_tree(const std::filesystem::path& from,
                                                          const std::filesystem::path& to,
                                                          const Json& settings, const std::string& toolchain);

}  // namespace memgrade::collect
