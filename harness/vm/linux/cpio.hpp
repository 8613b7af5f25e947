// An archive in the format that the kernel unpacks as its first file system: cpio, "newc" (Linux,
// Documentation/driver-api/early-userspace/buffer-format). The same entries give the same bytes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace memgrade::vm {

class Cpio {
 public:
  // Paths are relative, without "." and ".."; directories on the way are made. Everything belongs to root.
  void directory(const std::string& path, unsigned mode = 0755);
  void file(const std::string& path, std::string_view bytes, unsigned mode = 0644);
  void link(const std::string& path, std::string_view target);
  void character_device(const std::string& path, unsigned major, unsigned minor);
  // Ends the archive.
  [[nodiscard]] std::string finish();

 private:
  void entry(const std::string& path, unsigned mode, std::string_view bytes, unsigned major = 0,
             unsigned minor = 0);
  void parents(const std::string& path);
  std::string archive_;
  std::set<std::string> directories_;
  unsigned count_ = 0;
};

}  // namespace memgrade::vm
