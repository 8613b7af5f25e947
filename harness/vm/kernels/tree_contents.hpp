// What every file of an unpacked tree was when it was unpacked, so that damage is seen later.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::vm {

// The list's own name in the tree.
inline constexpr const char* contents_name = "contents";

// A line for each file and link: digest (a link's target), size in bytes, whether it may be executed, path.
[[nodiscard]] Result<std::string> contents_of(const std::filesystem::path& tree);

// Paths of what is gone, changed or new since the list in the tree was written, sorted; nullopt when there is
// no list.
[[nodiscard]] std::optional<std::vector<std::string>> damage_of(const std::filesystem::path& tree);

}  // namespace memgrade::vm
