#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <harness/base/trees.hpp>
#include <harness/grading/publish.hpp>

namespace memgrade::grading {
namespace {

constexpr int kMostTries = 100;  // each ends because another process changed the directory in between

bool same_directory(int fd, const fs::path& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

// A link to a directory counts: a rename cannot take its place, an exchange can.
bool holds_something(const fs::path& target) {
  std::error_code error;
  return fs::is_directory(target, error) &&
         (fs::is_symlink(fs::symlink_status(target, error)) || !fs::is_empty(target, error));
}

std::unexpected<Error> always_changing(const fs::path& run) {
  return fail(ErrorKind::io, "is replaced again and again by another process", show_path(run));
}

// Takes the place of nothing or of an empty directory; false when something stands there.
Result<bool> move_into_place(const fs::path& fresh, const fs::path& target) {
  if (std::rename(fresh.c_str(), target.c_str()) == 0) return true;
  if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) return false;
  return fail(ErrorKind::io, fmt::format("cannot put in place: {}", std::strerror(errno)), show_path(target));
}

// False when the run went away while we waited for it.
Result<bool> replace_run(const fs::path& fresh, const fs::path& target,
                         const std::function<Status(const GradeHistory&)>& write) {
  const auto lock = RunLock::take(target);
  if (!lock && lock.error().kind == ErrorKind::nothing_found) return false;
  if (!lock) return std::unexpected(lock.error());
  const auto grades = load_grades(target);
  if (!grades) return std::unexpected(grades.error());
  if (!grades->empty())
    if (auto stored = store_grades(fresh, *grades); !stored) return std::unexpected(stored.error());
  if (auto written = write(*grades); !written) return std::unexpected(written.error());
  if (auto replaced = replace_directory(fresh, target); !replaced) return std::unexpected(replaced.error());
  return true;
}

}  // namespace

Result<RunLock> RunLock::take(const fs::path& run, double timeout_s) {
  for (int i = 0; i < kMostTries; ++i) {
    Descriptor directory(::open(run.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory && errno == ENOENT)
      return fail(ErrorKind::nothing_found, "no such directory", show_path(run));
    if (!directory)
      return fail(ErrorKind::io, fmt::format("cannot open: {}", std::strerror(errno)), show_path(run));
    auto lock = FileLock::take(fmt::format("/proc/self/fd/{}/.lock", directory.get()), timeout_s);
    // Under its name it may be gone already, and then the lock of what went is no use.
    if (!lock && same_directory(directory.get(), run))
      return fail(lock.error().kind, lock.error().message, show_path(run / ".lock"));
    if (lock && same_directory(directory.get(), run)) return RunLock(std::move(directory), std::move(*lock));
  }
  return always_changing(run);
}

void recover_interrupted(const fs::path& target) {
  const fs::path aside = target.string() + ".old";
  std::error_code error;
  if (!fs::exists(fs::symlink_status(target, error)) && fs::exists(aside / "evidence" / "run.json", error))
    fs::rename(aside, target, error);
}

Status publish(const fs::path& fresh, const fs::path& target,
               const std::function<Status(const GradeHistory&)>& write) {
  for (int i = 0; i < kMostTries; ++i) {
    recover_interrupted(target);
    Result<bool> done = false;
    if (holds_something(target)) {
      done = replace_run(fresh, target, write);
    } else {
      if (auto written = write({}); !written) return written;
      done = move_into_place(fresh, target);
    }
    if (!done) return std::unexpected(done.error());
    if (*done) return {};
  }
  return always_changing(target);
}

}  // namespace memgrade::grading
