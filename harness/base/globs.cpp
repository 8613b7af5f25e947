#include <algorithm>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>

namespace memgrade {

bool file_matches(const std::vector<std::string>& globs, const std::filesystem::path& path) {
  const std::string whole = path.string(), name = path.filename().string();
  return std::ranges::any_of(
      globs, [&](const std::string& glob) { return glob_matches(glob, whole) || glob_matches(glob, name); });
}

bool path_matches(const std::vector<std::string>& globs, const std::filesystem::path& path) {
  return std::ranges::any_of(globs,
                             [&](const std::string& glob) { return glob_matches(glob, path.string()); });
}

bool any_path_matches(const std::vector<std::string>& globs,
                      const std::vector<std::filesystem::path>& paths) {
  return std::ranges::any_of(paths,
                             [&](const std::filesystem::path& path) { return path_matches(globs, path); });
}

}  // namespace memgrade
