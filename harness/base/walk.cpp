// The walk, by openat and fstatat on descriptors that stay open while their directory is walked.
#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <harness/base/descriptor.hpp>
#include <harness/base/walk.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {
namespace {

namespace fs = std::filesystem;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

class Walker {
 public:
  explicit Walker(const Walk& walk) : walk_(walk) {}

  bool enter(Descriptor directory, const fs::path& path, int depth) {
    if (!directory) return cannot(path, errno);
    if (depth > max_walk_depth) return cannot(path, ELOOP);
    const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(directory.get()));
    if (!stream) return cannot(path, errno);
    const int fd = directory.release();  // now the stream's
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0 && !cannot(path, errno)) return false;
    if (walk_.sorted) std::ranges::sort(names);
    return std::ranges::all_of(names,
                               [&](const std::string& name) { return one(fd, name, path / name, depth); });
  }

 private:
  bool one(int fd, const std::string& name, const fs::path& path, int depth) {
    struct stat about {};
    // An entry that went away meanwhile is no entry.
    if (::fstatat(fd, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return true;
    const WalkStep step = walk_.visit(WalkEntry{fd, name.c_str(), path, about});
    if (step == WalkStep::stop) return false;
    if (step == WalkStep::skip || !S_ISDIR(about.st_mode)) return true;
    constexpr int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    return enter(Descriptor(::openat(fd, name.c_str(), how)), path, depth + 1);
  }

  bool cannot(const fs::path& path, int error) const {
    if (error == ENOENT && !path.empty()) return true;
    return !walk_.unreadable || walk_.unreadable(path, error) != WalkStep::stop;
  }

  const Walk& walk_;
};

}  // namespace

bool walk_tree(const fs::path& root, const Walk& walk) {
  return Walker(walk).enter(Descriptor(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), {}, 0);
}

}  // namespace memgrade
