#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <harness/vm/cache.hpp>
#include <limits>

namespace memgrade::vm {
namespace {

constexpr const char* way_out = "set MEMGRADE_CACHE to a directory that you may write";

// Without a variable the place is a well-known name, where somebody else could have been first.
Status check_owner(const fs::path& directory) {
  struct stat about {};
  if (::stat(directory.c_str(), &about) == 0 && about.st_uid == ::geteuid()) return {};
  return fail(ErrorKind::infrastructure,
              fmt::format("the cache directory belongs to another user; {}", way_out), directory.string());
}

}  // namespace

Result<fs::path> cache_directory() {
  const char* named = std::getenv("MEMGRADE_CACHE");
  const bool chosen = named != nullptr && *named != '\0';
  std::error_code code;
  const fs::path directory = fs::absolute(chosen ? fs::path(named) : memgrade::cache_directory(), code);
  if (Status made = make_directories(directory); !made) {
    return fail(ErrorKind::infrastructure,
                fmt::format("{} (the cache directory); {}", made.error().message, way_out),
                directory.string());
  }
  if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) {
    return fail(ErrorKind::infrastructure,
                fmt::format("cannot write the cache directory: {}; {}", std::strerror(errno), way_out),
                directory.string());
  }
  if (Status ours = chosen ? Status() : check_owner(directory); !ours) return std::unexpected(ours.error());
  return directory;
}

Result<FileLock> lock(const fs::path& folder, const std::string& name, const std::string& doing,
                      const Progress& progress, std::stop_token stop) {
  const fs::path path = folder / fmt::format(".{}.lock", name);
  if (Status made = make_directories(folder); !made) return std::unexpected(made.error());
  if (::access(folder.c_str(), W_OK) != 0) {
    return fail(ErrorKind::infrastructure,
                fmt::format("cannot write there: {}; {}", std::strerror(errno), way_out), folder.string());
  }
  bool told = false;
  while (true) {
    auto held = FileLock::take(path, told ? 0.2 : 0);
    // That the file is locked is known by its being there to be locked; anything else does not pass by
    // waiting.
    if (held || ::access(path.c_str(), R_OK | W_OK) != 0) return held;
    if (stop.stop_requested()) return fail(ErrorKind::interrupted, "interrupted");
    if (!told && progress) progress(fmt::format("another grader {}; waiting for it", doing));
    told = true;
  }
}

std::uint64_t free_bytes(const fs::path& folder) {
  std::error_code code;
  const fs::space_info space = fs::space(folder, code);
  return code ? std::numeric_limits<std::uint64_t>::max() : space.available;
}

}  // namespace memgrade::vm
