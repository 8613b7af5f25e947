// Directory trees: removing, replacing, copying, listing, with errors as values. No symbolic link is
// followed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <harness/base/result.hpp>
#include <harness/base/walk.hpp>
#include <string>
#include <vector>

namespace memgrade {

namespace fs = std::filesystem;

// Removes a tree, also one whose directories were made unwritable or are nested without end. A missing path
// is no error; of a link, the link is removed.
[[nodiscard]] Status remove_tree(const fs::path& path);
// Puts `fresh` in the place of `target` (which may exist), so that a reader sees one or the other.
[[nodiscard]] Status replace_directory(const fs::path& fresh, const fs::path& target);

struct TreeLimits {
  std::uint64_t bytes = 256ULL << 20;
  std::uint64_t files = 20'000;
};
// Copies regular files and directories from `from` into `to`, without links, devices, FIFOs, sockets and
// set-id bits; modification times stay. What stands in `to` under the name of a copied file, be it a link, is
// replaced. What was left out is returned as relative paths, each with the reason ("a/b: a symbolic link").
// Over the limits: an error that says so, with a part copied. `set_aside` says why an entry is not wanted, ""
// of one that is; such a directory stands in the copy, empty, because a build may write into it.
using SetAside = std::function<std::string(const WalkEntry&)>;
[[nodiscard]] Result<std::vector<std::string>> copy_tree(const fs::path& from, const fs::path& to,
                                                         TreeLimits limits = {},
                                                         const SetAside& set_aside = {});
// Paths of all regular files below `root`, relative to it, sorted; hidden directories (.git) left out.
[[nodiscard]] Result<std::vector<fs::path>> list_files(const fs::path& root, TreeLimits limits = {});

}  // namespace memgrade
