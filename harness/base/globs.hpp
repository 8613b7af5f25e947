// Globs on files of a submission, whose author may mean a file by its name alone or by its path.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace memgrade {

// Whether one of the globs (text.hpp, glob_matches) fits the path, or the last part of it.
[[nodiscard]] bool file_matches(const std::vector<std::string>& globs, const std::filesystem::path& path);
// Whether one of them fits the whole path.
[[nodiscard]] bool path_matches(const std::vector<std::string>& globs, const std::filesystem::path& path);
// Whether one of these paths does so.
[[nodiscard]] bool any_path_matches(const std::vector<std::string>& globs,
                                    const std::vector<std::filesystem::path>& paths);

}  // namespace memgrade
