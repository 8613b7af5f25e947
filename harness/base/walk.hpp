// Walks a directory tree that untrusted code may have built, or may be building right now: no link is
// followed, no directory is entered by a name that could have been exchanged, and the depth has an end.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <functional>

namespace memgrade {

struct WalkEntry {
  int directory_fd;                   // the directory that the entry stands in
  const char* name;                   // its name there
  const std::filesystem::path& path;  // relative to the root of the walk
  const struct stat& about;           // of the entry itself, never of what a link points to
};

enum class WalkStep { on, skip, stop };  // skip: do not enter this directory

struct Walk {
  // Called for each entry, a directory before its content; the root itself is not shown.
  std::function<WalkStep(const WalkEntry&)> visit;
  // A directory that could not be opened or read (`error` is an errno), or stands too deep (ELOOP).
  std::function<WalkStep(const std::filesystem::path& path, int error)> unreadable = {};
  bool sorted = false;  // entries of a directory by name; else in the order of the file system
};

// More levels than any source tree has, few enough for the descriptors of several walks at once.
inline constexpr int max_walk_depth = 100;

// Returns false when a callback said stop.
bool walk_tree(const std::filesystem::path& root, const Walk& walk);

}  // namespace memgrade
