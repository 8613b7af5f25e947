// Walks over directories that hostile code wrote, or is writing.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/walk.hpp>
#include <harness/exec/supervise.hpp>
#include <harness/exec/user_lease.hpp>
#include <harness/exec/writable.hpp>
#include <optional>

namespace memgrade::exec {
namespace {

namespace fs = std::filesystem;

void give(const fs::path& root, uid_t user, gid_t group) {
  Walk walk;
  walk.visit = [&](const WalkEntry& entry) {
    ::fchownat(entry.directory_fd, entry.name, user, group, AT_SYMLINK_NOFOLLOW);
    return WalkStep::on;
  };
  walk_tree(root, walk);
}

struct Owner {
  uid_t user;
  gid_t group;
};

// Readable by us, and `owner`'s where there is one to give it to.
void take(const fs::path& root, const std::optional<Owner>& owner) {
  Walk walk;
  walk.visit = [&](const WalkEntry& entry) {
    if (owner) ::fchownat(entry.directory_fd, entry.name, owner->user, owner->group, AT_SYMLINK_NOFOLLOW);
    const mode_t mode = entry.about.st_mode;
    const mode_t needed = S_ISDIR(mode) ? S_IRWXU : S_ISREG(mode) ? S_IRUSR | S_IWUSR : 0;
    // A program that the student's user made set-id must not become one of ours.
    const bool set_id = S_ISREG(mode) && (mode & (S_ISUID | S_ISGID)) != 0;
    if (set_id || (mode & needed) != needed) {
      ::fchmodat(entry.directory_fd, entry.name, (mode & 0777U) | needed, AT_SYMLINK_NOFOLLOW);
    }
    return WalkStep::on;
  };
  walk_tree(root, walk);
}

}  // namespace

DiskUse disk_use(const std::vector<fs::path>& directories) {
  DiskUse use;
  Walk walk;
  walk.visit = [&](const WalkEntry& entry) {
    use.bytes += static_cast<std::uint64_t>(entry.about.st_blocks) * 512;
    ++use.files;
    return WalkStep::on;
  };
  walk.unreadable = [&](const fs::path&, int error) {
    use.too_deep = use.too_deep || error == ELOOP;
    return WalkStep::on;
  };
  for (const fs::path& directory : directories) walk_tree(directory, walk);
  return use;
}

std::string disk_excess(const std::vector<fs::path>& directories, const Limits& limits,
                        std::uint64_t more_bytes) {
  if (limits.disk_bytes == 0) return {};
  const DiskUse use = disk_use(directories);
  if (use.bytes + more_bytes > limits.disk_bytes) return bytes_text(limits.disk_bytes) + " on disk";
  if (limits.disk_files > 0 && use.files > limits.disk_files) return counted(limits.disk_files, "file");
  return use.too_deep ? "the depth of directories" : "";
}

Result<Lending> Lending::lend(std::vector<fs::path> directories, uid_t user) {
  std::vector<Loan> loans;
  for (fs::path& directory : directories) {
    struct stat about {};
    if (::lstat(directory.c_str(), &about) != 0) {
      return fail(ErrorKind::sandbox, fmt::format("cannot be handed over: {}", std::strerror(errno)),
                  show_path(directory));
    }
    if (!S_ISDIR(about.st_mode) && !S_ISREG(about.st_mode)) {
      return fail(ErrorKind::sandbox, "is neither a directory nor a file, and is not handed over",
                  show_path(directory));
    }
    loans.push_back({std::move(directory), about.st_uid, about.st_gid});
  }
  Lending lending(std::move(loans), user != 0);
  for (const Loan& loan : lending.loans_) {
    if (user == 0) break;
    if (::lchown(loan.path.c_str(), user, leased_group) != 0) {
      return fail(ErrorKind::sandbox, fmt::format("cannot be handed over: {}", std::strerror(errno)),
                  show_path(loan.path));
    }
    give(loan.path, user, leased_group);
  }
  return lending;
}

void Lending::take_back() {
  for (const Loan& loan : loans_) {
    if (owned_) {
      ::lchown(loan.path.c_str(), loan.user, loan.group);
    }
    struct stat about {};
    if (::lstat(loan.path.c_str(), &about) == 0 && S_ISDIR(about.st_mode) &&
        (about.st_mode & 0700U) != 0700U) {
      ::chmod(loan.path.c_str(), (about.st_mode & 0777U) | S_IRWXU);
    }
    take(loan.path, owned_ ? std::optional<Owner>({loan.user, loan.group}) : std::nullopt);
  }
  loans_.clear();
}

}  // namespace memgrade::exec
