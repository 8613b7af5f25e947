// Single files: reading, writing, locks. Trees are in trees.cpp, temporary directories in temp_dir.cpp.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <harness/base/descriptor.hpp>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <random>
#include <thread>
#include <utility>

namespace memgrade {
namespace {

std::unexpected<Error> io_failure(std::string_view doing, const fs::path& path) {
  return fail(ErrorKind::io, fmt::format("cannot {}: {}", doing, std::strerror(errno)), show_path(path));
}

// Reads from `fd` until its end or until `max_bytes` are there.
Result<std::string> read_up_to(int fd, std::uint64_t max_bytes, std::uint64_t size_hint,
                               const fs::path& path) {
  std::string bytes;
  std::size_t filled = 0;
  std::size_t room = static_cast<std::size_t>(std::min(max_bytes, size_hint));
  while (filled < max_bytes) {
    // One more than the hint, so that the end of a file of that size is seen without growing again.
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(max_bytes, filled + room + 1)));
    const ssize_t got = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_failure("read", path);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
    if (filled == bytes.size())
      room = std::max<std::size_t>(filled, 4096);
    else
      room = bytes.size() - filled;
  }
  bytes.resize(filled);
  return bytes;
}

Status write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return io_failure("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

std::string random_suffix() {
  std::random_device source;
  return fmt::format("{:08x}{:08x}", source(), source());
}

Result<FilePart> read_part(int fd, const fs::path& path, std::uint64_t max_bytes) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return io_failure("examine", path);
  if (!S_ISREG(about.st_mode)) {
    return fail(ErrorKind::io, "is no regular file, and is not read", show_path(path));
  }
  const auto size = static_cast<std::uint64_t>(about.st_size);
  auto bytes = read_up_to(fd, max_bytes, size, path);
  if (!bytes) return std::unexpected(bytes.error());
  const std::uint64_t total = std::max<std::uint64_t>(size, bytes->size());
  const bool cut = bytes->size() < total;
  return FilePart{std::move(*bytes), cut, total};
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) return io_failure("open", path);
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return io_failure("examine", path);
  auto bytes = read_up_to(file.get(), std::min(max_bytes, UINT64_MAX - 1) + 1,
                          static_cast<std::uint64_t>(about.st_size), path);
  if (bytes && bytes->size() > max_bytes) {
    return fail(ErrorKind::io, fmt::format("is larger than {} bytes", max_bytes), show_path(path));
  }
  return bytes;
}

Result<FilePart> read_untrusted(const fs::path& path, std::uint64_t max_bytes) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK));
  if (!file && errno == ELOOP) return fail(ErrorKind::io, "is a link, and is not followed", show_path(path));
  if (!file) return io_failure("open", path);
  return read_part(file.get(), path, max_bytes);
}

Result<FilePart> read_untrusted(const fs::path& root, const fs::path& inside, std::uint64_t max_bytes) {
  const fs::path shown = root / inside;
  Descriptor at(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!at) return io_failure("open", root);
  for (auto part = inside.begin(); part != inside.end(); ++part) {
    if (*part == ".." || part->is_absolute())
      return fail(ErrorKind::io, "leads out of its directory", show_path(shown));
    const bool last = std::next(part) == inside.end();
    const int how = last ? O_RDONLY | O_NONBLOCK | O_NOCTTY : O_PATH | O_DIRECTORY;
    at = Descriptor(::openat(at.get(), part->c_str(), how | O_NOFOLLOW | O_CLOEXEC));
    if (!at && (errno == ELOOP || (!last && errno == ENOTDIR))) {
      return fail(ErrorKind::io, "leads through a link or a file, and is not followed", show_path(shown));
    }
    if (!at) return io_failure("open", shown);
  }
  return read_part(at.get(), shown, max_bytes);
}

Status write_file(const fs::path& path, std::string_view bytes) {
  const fs::path fresh =
      path.parent_path() / fmt::format(".{}.{}", path.filename().string(), random_suffix());
  Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file) return io_failure("write", path);
  Status done = write_all(file.get(), bytes, path);
  if (done && ::fsync(file.get()) != 0) done = io_failure("flush", path);
  file.close();
  if (done && ::rename(fresh.c_str(), path.c_str()) != 0) done = io_failure("replace", path);
  if (!done) ::unlink(fresh.c_str());
  return done;
}

Status make_directories(const fs::path& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (!code && fs::is_directory(path, code)) return {};
  return fail(ErrorKind::io,
              "cannot make the directory: " + (code ? code.message() : "something else stands there"),
              show_path(path));
}

Result<FileLock> FileLock::take(const fs::path& path, double timeout_s) {
  using clock = std::chrono::steady_clock;
  const auto deadline = clock::now() + std::chrono::duration<double>(timeout_s);
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file) return io_failure("open the lock file", path);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return io_failure("lock", path);
    if (clock::now() >= deadline) {
      char holder[24] = {};
      const ssize_t got = ::pread(file.get(), holder, sizeof holder - 1, 0);
      const std::string pid(trim(std::string_view(holder, got > 0 ? static_cast<std::size_t>(got) : 0)));
      const std::string who = pid.empty() ? "another process" : "process " + pid;
      return fail(ErrorKind::io,
                  fmt::format("is locked by {} for more than {} s", who, plain_number(timeout_s)),
                  show_path(path));
    }
    // flock has no deadline of its own, and an alarm would belong to the whole process.
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) == 0) std::ignore = ::pwrite(file.get(), pid.data(), pid.size(), 0);
  return FileLock(file.release());
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ < 0) return;
  // The next holder must not be mistaken for this one before it has written its own number.
  std::ignore = ::ftruncate(fd_, 0);
  ::close(fd_);
}

fs::path cache_directory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  // The XDG specification: a relative path there is to be ignored.
  if (const fs::path cache = variable("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "memgrade";
  if (const fs::path home = variable("HOME"); home.is_absolute()) return home / ".cache" / "memgrade";
  return fs::path("/tmp") / fmt::format("memgrade-{}", ::getuid());
}

std::string show_path(const fs::path& path) {
  if (!path.is_absolute()) return path.string();
  std::error_code code;
  const fs::path here = fs::current_path(code);
  if (code) return path.string();
  const fs::path relative = path.lexically_relative(here);
  const bool shorter = !relative.empty() && relative.string().size() < path.string().size();
  return shorter ? relative.string() : path.string();
}

}  // namespace memgrade
