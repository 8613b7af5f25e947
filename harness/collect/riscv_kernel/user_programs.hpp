// Which user programs stand in an image of a whole tree: the tree's own, some that do nothing, and some of
// ours.
#pragma once

#include <filesystem>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// Replaces them in a copy of the tree, as the image's settings `leave_out` and `put_in` say. Programs of ours
// are relative to `root`; the headers of their folder are put beside them. Returns the same as commands for a
// shell, with `root` as MEMGRADE.
[[nodiscard]] Result<std::vector<std::string>> replace_user_programs(const std::filesystem::path& tree,
                                                                     const Json& image,
                                                                     const std::filesystem::path& root);

}  // namespace memgrade::collect
