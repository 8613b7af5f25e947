// Files and directories, with errors as values. Nothing here follows a symbolic link that untrusted code
// could have placed, unless it says so; nothing leaves a partial file under its final name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <harness/base/descriptor.hpp>
#include <harness/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {

namespace fs = std::filesystem;

// The whole file, or an io error; more than `max_bytes` is an error too.
[[nodiscard]] Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes = 256ULL << 20);

struct FilePart {
  std::string bytes;
  bool cut = false;  // the file is longer
  std::uint64_t total_bytes = 0;
};
// The first `max_bytes` of a regular file. Refuses links, FIFOs, devices: for files that untrusted code
// wrote.
[[nodiscard]] Result<FilePart> read_untrusted(const fs::path& path, std::uint64_t max_bytes);
// The same for `inside`, a relative path below `root`: here no directory on the way may be a link either, and
// `..` is refused. Use this one wherever untrusted code could have made the directories.
[[nodiscard]] Result<FilePart> read_untrusted(const fs::path& root, const fs::path& inside,
                                              std::uint64_t max_bytes);

// Writes beside the target, flushes, renames. The target is the old content or the new, never a part.
[[nodiscard]] Status write_file(const fs::path& path, std::string_view bytes);
[[nodiscard]] Status make_directories(const fs::path& path);
// A directory that goes when the object goes.
class TempDir {
 public:
  // In $TMPDIR, else /tmp, as "memgrade-run-NAME-XXXXXX". A process that is killed leaves its own behind: the
  // first call of another process removes it. Whose process lives is known by a lock on the directory, so
  // that neither a number that was given again nor another PID namespace deceives.
  [[nodiscard]] static Result<TempDir> temporary(std::string_view name);
  [[nodiscard]] static Result<TempDir> make(const fs::path& parent, std::string_view prefix);
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();
  [[nodiscard]] const fs::path& path() const { return path_; }
  // Leaves the directory where it is.
  fs::path keep();

 private:
  explicit TempDir(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
  Descriptor lock_;  // of a temporary one
};

// An exclusive lock between processes on a file that is made when missing; released when the object goes.
class FileLock {
 public:
  // Waits until the lock is free or `timeout_s` is over (then an io error that names the holder's pid, if
  // known).
  [[nodiscard]] static Result<FileLock> take(const fs::path& path, double timeout_s);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

// $XDG_CACHE_HOME/memgrade, else ~/.cache/memgrade. Not created.
[[nodiscard]] fs::path cache_directory();
// The path for messages: relative to the current directory where that is shorter.
[[nodiscard]] std::string show_path(const fs::path& path);

}  // namespace memgrade
