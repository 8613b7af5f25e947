// Temporary directories, and those that killed processes left behind.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <harness/base/files.hpp>
#include <harness/base/trees.hpp>
#include <mutex>
#include <tuple>
#include <utility>

namespace memgrade {
namespace {

constexpr std::string_view kPrefix = "memgrade-run-";
constexpr int kMostTries =
    100;  // each ends because another process took an unlocked directory for a leftover

Result<fs::path> temporary_place() {
  std::error_code error;
  const char* const named = std::getenv("TMPDIR");
  const bool is_named = named != nullptr && *named != '\0';
  const fs::path place = is_named ? fs::absolute(named, error) : fs::path("/tmp");
  if (fs::is_directory(place, error)) return place;
  return fail(ErrorKind::infrastructure,
              is_named ? "TMPDIR names no directory" : "there is no directory for temporary files",
              place.string());
}

Descriptor open_directory(const fs::path& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
}

// A directory that was lent to a user of ours is that user's; only root lends.
bool is_ours(int directory) {
  struct stat about {};
  return ::geteuid() == 0 || (::fstat(directory, &about) == 0 && about.st_uid == ::geteuid());
}

bool is_still_there(int directory, const fs::path& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(directory, &open) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

// Where a file system has no locks, nothing is ever found to be nobody's.
void sweep(const fs::path& place) {
  std::error_code error;
  for (fs::directory_iterator entry(place, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(kPrefix)) continue;
    const Descriptor directory = open_directory(entry->path());
    if (directory && is_ours(directory.get()) && ::flock(directory.get(), LOCK_EX | LOCK_NB) == 0)
      std::ignore = remove_tree(entry->path());
  }
}

void sweep_once(const fs::path& place) {
  static std::once_flag swept;
  std::call_once(swept, sweep, place);
}

}  // namespace

Result<TempDir> TempDir::make(const fs::path& parent, std::string_view prefix) {
  std::string path = (parent / fmt::format("{}XXXXXX", prefix)).string();
  if (::mkdtemp(path.data()) == nullptr)
    return fail(ErrorKind::io, fmt::format("cannot make a temporary directory in: {}", std::strerror(errno)),
                show_path(parent));
  return TempDir(fs::path(path));
}

Result<TempDir> TempDir::temporary(std::string_view name) {
  const auto place = temporary_place();
  if (!place) return std::unexpected(place.error());
  sweep_once(*place);
  for (int i = 0; i < kMostTries; ++i) {
    auto made = make(*place, fmt::format("{}{}-", kPrefix, name));
    if (!made) return made;
    made->lock_ = open_directory(made->path());
    if (made->lock_) std::ignore = ::flock(made->lock_.get(), LOCK_SH);
    // Between its making and the lock another process may have found it, and it was nobody's.
    if (made->lock_ && is_still_there(made->lock_.get(), made->path())) return made;
  }
  return fail(ErrorKind::io, "cannot keep a temporary directory", show_path(*place));
}

TempDir::TempDir(TempDir&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

TempDir::~TempDir() {
  // Nobody could do anything about a failure here; the next process's sweep is left.
  if (!path_.empty()) std::ignore = remove_tree(path_);
}

fs::path TempDir::keep() {
  return std::exchange(path_, {});
}

}  // namespace memgrade
