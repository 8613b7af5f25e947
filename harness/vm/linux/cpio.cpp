#include <fmt/format.h>
#include <sys/stat.h>

#include <harness/vm/linux/cpio.hpp>

namespace memgrade::vm {

void Cpio::entry(const std::string& path, unsigned mode, std::string_view bytes, unsigned major,
                 unsigned minor) {
  // Numbers in hexadecimal: magic, inode, mode, uid, gid, links, time, size, device, device of a node, bytes
  // of the name with its NUL, check value (unused). Name and content begin at multiples of four.
  archive_ +=
      fmt::format("070701{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}",
                  ++count_, mode, 0, 0, 1, 0, bytes.size(), 0, 0, major, minor, path.size() + 1, 0);
  archive_ += path;
  archive_.append(1 + (4 - (archive_.size() + 1) % 4) % 4, '\0');
  archive_ += bytes;
  archive_.append((4 - archive_.size() % 4) % 4, '\0');
}

void Cpio::parents(const std::string& path) {
  for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
    directory(path.substr(0, at));
  }
}

void Cpio::directory(const std::string& path, unsigned mode) {
  if (directories_.contains(path)) return;
  parents(path);
  directories_.insert(path);
  entry(path, S_IFDIR | mode, {});
}

void Cpio::file(const std::string& path, std::string_view bytes, unsigned mode) {
  parents(path);
  entry(path, S_IFREG | mode, bytes);
}

void Cpio::link(const std::string& path, std::string_view target) {
  parents(path);
  entry(path, S_IFLNK | 0777, target);
}

void Cpio::character_device(const std::string& path, unsigned major, unsigned minor) {
  parents(path);
  entry(path, S_IFCHR | 0600, {}, major, minor);
}

std::string Cpio::finish() {
  entry("TRAILER!!!", 0, {});
  return std::move(archive_);
}

}  // namespace memgrade::vm
