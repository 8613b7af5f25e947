// Directory trees: removing, replacing, copying, listing.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <harness/base/descriptor.hpp>
#include <harness/base/files.hpp>
#include <harness/base/trees.hpp>
#include <harness/base/walk.hpp>
#include <memory>

namespace memgrade {
namespace {

std::unexpected<Error> tree_failure(std::string_view doing, const fs::path& path, int error = errno) {
  return fail(ErrorKind::io, fmt::format("cannot {}: {}", doing, std::strerror(error)), show_path(path));
}

// Names in the directory `name` of `at_fd`. Also of one without rights: it is ours to remove, so it gets
// them.
Result<std::vector<std::string>> names_in(int at_fd, const char* name, const fs::path& shown,
                                          Descriptor& opened) {
  constexpr int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  opened = Descriptor(::openat(at_fd, name, how));
  if (!opened && errno == EACCES) {
    ::fchmodat(at_fd, name, S_IRWXU, AT_SYMLINK_NOFOLLOW);
    opened = Descriptor(::openat(at_fd, name, how));
  }
  if (!opened) return tree_failure("open", shown);
  struct stat about {};
  if (::fstat(opened.get(), &about) == 0 && (about.st_mode & S_IRWXU) != S_IRWXU)
    ::fchmod(opened.get(), S_IRWXU);
  DIR* stream = ::fdopendir(::fcntl(opened.get(), F_DUPFD_CLOEXEC, 0));
  if (stream == nullptr) return tree_failure("read", shown);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view found = entry->d_name;
    if (found != "." && found != "..") names.emplace_back(found);
  }
  ::closedir(stream);
  return names;
}

// Removes everything below a directory. A tree may be deeper than descriptors, stack and path names allow:
// only the directory at hand is open, and the way up is "..", which is checked to be the directory we came
// from.
class Remover {
 public:
  explicit Remover(const fs::path& root) : root_(root) {}

  Status empty() {
    if (Status entered = enter(AT_FDCWD, root_.string()); !entered) return entered;
    while (true) {
      Level& level = levels_.back();
      if (level.subdirectories.empty()) {
        if (levels_.size() == 1) return {};
        if (Status left = leave(); !left) return left;
        continue;
      }
      const std::string name = std::move(level.subdirectories.back());
      level.subdirectories.pop_back();
      if (::unlinkat(here_.get(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) continue;
      if (Status entered = enter(here_.get(), name); !entered) return entered;
    }
  }

 private:
  struct Level {
    std::string name;
    std::vector<std::string> subdirectories;  // still to be removed
    dev_t device;
    ino_t inode;
  };

  // Makes `name` the directory at hand, and removes what is no directory from it.
  Status enter(int at_fd, const std::string& name) {
    Descriptor opened;
    auto names = names_in(at_fd, name.c_str(), root_, opened);
    if (!names) return std::unexpected(names.error());
    std::erase_if(*names, [&](const std::string& entry) {
      return ::unlinkat(opened.get(), entry.c_str(), 0) == 0 || errno == ENOENT;
    });
    struct stat about {};
    if (::fstat(opened.get(), &about) != 0) return tree_failure("examine", root_);
    levels_.push_back({name, std::move(*names), about.st_dev, about.st_ino});
    here_ = std::move(opened);
    return {};
  }

  Status leave() {
    const std::string name = std::move(levels_.back().name);
    levels_.pop_back();
    here_ = Descriptor(::openat(here_.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat about {};
    if (!here_ || ::fstat(here_.get(), &about) != 0) return tree_failure("leave a directory of", root_);
    if (about.st_dev != levels_.back().device || about.st_ino != levels_.back().inode) {
      return fail(ErrorKind::io, "is being changed while it is removed", show_path(root_));
    }
    if (::unlinkat(here_.get(), name.c_str(), AT_REMOVEDIR) != 0)
      return tree_failure("remove " + name + " in", root_);
    return {};
  }

  const fs::path& root_;
  Descriptor here_;
  std::vector<Level> levels_;
};

class Copier {
 public:
  Copier(int to_fd, TreeLimits limits, const SetAside& set_aside)
      : to_fd_(to_fd), limits_(limits), set_aside_(set_aside) {}

  WalkStep visit(const WalkEntry& entry) {
    const bool directory = S_ISDIR(entry.about.st_mode);
    if (const std::string reason = set_aside_ ? set_aside_(entry) : ""; !reason.empty()) {
      if (directory && !made(entry)) return WalkStep::stop;
      leave_out(entry.path, reason);
      return WalkStep::skip;
    }
    if (directory) return made(entry) ? WalkStep::on : WalkStep::stop;
    if (const char* reason = refused(entry.about.st_mode)) return leave_out(entry.path, reason);
    ++files_;
    bytes_ += static_cast<std::uint64_t>(entry.about.st_size);
    if (files_ > limits_.files) return over(fmt::format("more than {} files", limits_.files));
    if (bytes_ > limits_.bytes) return over(fmt::format("more than {} bytes", limits_.bytes));
    return copy(entry);
  }
  WalkStep leave_out(const fs::path& path, std::string_view reason) {
    left_out.push_back(fmt::format("{}: {}", path.string(), reason));
    return WalkStep::on;
  }

  std::vector<std::string> left_out;
  Status failure;

 private:
  static const char* refused(mode_t mode) {
    if (S_ISREG(mode)) return nullptr;
    if (S_ISLNK(mode)) return "a symbolic link";
    if (S_ISFIFO(mode)) return "a FIFO";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
  }

  WalkStep over(std::string what) {
    failure = fail(ErrorKind::io, "holds " + what + ", and is not copied");
    return WalkStep::stop;
  }
  WalkStep broken(std::string_view doing, const fs::path& path) {
    failure = tree_failure(doing, path);
    return WalkStep::stop;
  }

  // The directory of the copy that corresponds to `path`'s parent; links in it are not followed either.
  Descriptor parent_of(const fs::path& path) const {
    Descriptor at(::openat(to_fd_, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (const fs::path& part : path.parent_path()) {
      at = Descriptor(::openat(at.get(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    return at;
  }

  bool made(const WalkEntry& entry) {
    // A directory counts as a file, so that a million empty ones are too many as well.
    if (++files_ > limits_.files)
      return over(fmt::format("more than {} files", limits_.files)) == WalkStep::on;
    const Descriptor parent = parent_of(entry.path);
    const mode_t mode = (entry.about.st_mode & 0777U) | S_IRWXU;
    if (::mkdirat(parent.get(), entry.name, mode) == 0) return true;
    struct stat there {};
    if (errno == EEXIST && ::fstatat(parent.get(), entry.name, &there, AT_SYMLINK_NOFOLLOW) == 0) {
      if (S_ISDIR(there.st_mode)) return true;
      if (::unlinkat(parent.get(), entry.name, 0) == 0 && ::mkdirat(parent.get(), entry.name, mode) == 0)
        return true;
    }
    return broken("make", entry.path) == WalkStep::on;
  }

  WalkStep copy(const WalkEntry& entry) {
    const Descriptor from(
        ::openat(entry.directory_fd, entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!from) return leave_out(entry.path, std::strerror(errno));
    const Descriptor parent = parent_of(entry.path);
    if (::unlinkat(parent.get(), entry.name, 0) != 0 && errno != ENOENT) {
      if (errno != EISDIR) return broken("replace", entry.path);
      failure = remove_tree(fmt::format("/proc/self/fd/{}/{}", parent.get(), entry.name));
      if (!failure) return WalkStep::stop;
    }
    const mode_t mode = (entry.about.st_mode & 0777U) | S_IRUSR | S_IWUSR;
    constexpr int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const Descriptor to(::openat(parent.get(), entry.name, how, mode));
    if (!to) return broken("write", entry.path);
    std::array<char, 65536> buffer;
    for (auto left = static_cast<std::uint64_t>(entry.about.st_size); left > 0;) {
      const ssize_t got = ::read(from.get(), buffer.data(), std::min<std::uint64_t>(left, buffer.size()));
      if (got < 0) return leave_out(entry.path, std::strerror(errno));
      if (got == 0) break;
      if (::write(to.get(), buffer.data(), static_cast<std::size_t>(got)) != got)
        return broken("write", entry.path);
      left -= static_cast<std::uint64_t>(got);
    }
    // Make decides by these times what is to be built again.
    const std::array<timespec, 2> times = {entry.about.st_atim, entry.about.st_mtim};
    ::futimens(to.get(), times.data());
    return WalkStep::on;
  }

  int to_fd_;
  TreeLimits limits_;
  const SetAside& set_aside_;
  std::uint64_t files_ = 0, bytes_ = 0;
};

bool is_hidden(const char* name) {
  return name[0] == '.';
}

}  // namespace

Status remove_tree(const fs::path& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  if (errno != EISDIR && errno != EPERM) return tree_failure("remove", path);
  if (Status done = Remover(path).empty(); !done) return done;
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT) return tree_failure("remove", path);
  return {};
}

Status replace_directory(const fs::path& fresh, const fs::path& target) {
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    return remove_tree(fresh);  // which is the old content now
  }
  if (errno == ENOENT) {
    if (::rename(fresh.c_str(), target.c_str()) != 0) return tree_failure("put in place", target);
    return {};
  }
  if (errno != EINVAL && errno != ENOSYS) return tree_failure("put in place", target);
  // A file system that cannot exchange: for a moment, a reader sees neither.
  const fs::path old = target.string() + ".old";
  if (Status removed = remove_tree(old); !removed) return removed;
  if (::rename(target.c_str(), old.c_str()) != 0) return tree_failure("put aside", target);
  if (::rename(fresh.c_str(), target.c_str()) != 0) return tree_failure("put in place", target);
  return remove_tree(old);
}

Result<std::vector<std::string>> copy_tree(const fs::path& from, const fs::path& to, TreeLimits limits,
                                           const SetAside& set_aside) {
  if (Status made = make_directories(to); !made) return std::unexpected(made.error());
  const Descriptor target(::open(to.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!target) return tree_failure("open", to);
  Copier copier(target.get(), limits, set_aside);
  Walk walk;
  walk.sorted = true;
  walk.visit = [&](const WalkEntry& entry) { return copier.visit(entry); };
  walk.unreadable = [&](const fs::path& path, int error) {
    if (!path.empty())
      return copier.leave_out(path, error == ELOOP ? "nested too deeply" : std::strerror(error));
    copier.failure = tree_failure("read", from, error);
    return WalkStep::stop;
  };
  walk_tree(from, walk);
  if (copier.failure) return std::move(copier.left_out);
  Error error = copier.failure.error();
  if (error.where.empty()) error.where = show_path(from);
  return std::unexpected(std::move(error));
}

Result<std::vector<fs::path>> list_files(const fs::path& root, TreeLimits limits) {
  std::vector<fs::path> files;
  std::uint64_t seen = 0;
  Status failure;
  Walk walk;
  walk.visit = [&](const WalkEntry& entry) {
    if (++seen > limits.files) {
      failure = fail(ErrorKind::io, fmt::format("holds more than {} files", limits.files), show_path(root));
      return WalkStep::stop;
    }
    if (S_ISDIR(entry.about.st_mode) && is_hidden(entry.name)) return WalkStep::skip;
    if (S_ISREG(entry.about.st_mode)) files.push_back(entry.path);
    return WalkStep::on;
  };
  walk.unreadable = [&](const fs::path& path, int error) {
    failure = tree_failure("read", root / path, error);
    // A directory of a submission without rights has no files for us; a root without them is our error.
    if (!path.empty()) failure = {};
    return path.empty() ? WalkStep::stop : WalkStep::on;
  };
  walk_tree(root, walk);
  if (!failure) return std::unexpected(failure.error());
  std::ranges::sort(files);
  return files;
}

}  // namespace memgrade
