// Linux kernels for guests: an image, its modules, and what building a module for it takes.
//
// A kernel comes from the distribution (`LinuxKernels`: packages downloaded by the machine's own package
// client and unpacked into the cache, without root and without a change to the machine) or stands in a
// directory of the user's own (`kernel_in`). Nothing here boots one, or builds a module.
//
// What always holds: a kernel that is handed out is whole, nothing below its `root` names an absolute path
// that leads elsewhere, and anybody may read it; so it may be mounted, read-only, anywhere.
#pragma once

#include <cstdint>
#include <harness/vm/cache.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::vm {

struct LinuxKernel {
  std::string series;   // "6.1"; of a directory of the user's own: the first two numbers of its release
  std::string release;  // what `uname -r` says in the guest: "6.1.0-37-amd64"
  fs::path root;        // everything below stands in it
  fs::path image;       // bzImage
  fs::path modules;  // root/lib/modules/RELEASE; empty when a source tree has none: virtio is built in then
  fs::path build;    // what `make -C` takes to build a module
  std::string identity;  // package names and versions, or a digest: for keys and reports
};

// The series that the distribution has, oldest first.
[[nodiscard]] const std::vector<std::string>& kernel_series();

struct CachedKernel {
  LinuxKernel kernel;
  std::uint64_t bytes = 0;  // on disk
};

class LinuxKernels {
 public:
  // `cache` as cache_directory() gives it; the kernels stand in its folder kernels/, one a series.
  explicit LinuxKernels(fs::path cache);

  // What is in the cache; nullopt when there is nothing, or nothing whole.
  [[nodiscard]] std::optional<LinuxKernel> find(const std::string& series) const;
  // What `find` gives, else downloads it. Of two graders at once one downloads and the other waits. The Error
  // (infrastructure; usage for a series that is unknown; interrupted) says the way out.
  [[nodiscard]] Result<LinuxKernel> provide(const std::string& series, const Progress& progress,
                                            std::stop_token stop) const;
  // Looks at every file of a kernel of the cache. One that was damaged since it was unpacked, or of which
  // nobody wrote down what it was, is fetched anew. The paths of what was damaged; empty when nothing was,
  // and for a kernel that does not stand in the cache.
  [[nodiscard]] Result<std::vector<std::string>> mend(const LinuxKernel& kernel, const Progress& progress,
                                                      std::stop_token stop) const;
  // What is in the cache, in the order of kernel_series().
  [[nodiscard]] std::vector<CachedKernel> list() const;
  // Waits for one who downloads that series. False when there was nothing.
  [[nodiscard]] Result<bool> remove(const std::string& series, const Progress& progress,
                                    std::stop_token stop) const;

 private:
  fs::path folder_;
};

// A kernel of the user's own: either a tree of unpacked packages (boot/vmlinuz-*, lib/modules/*,
// usr/src/linux-headers-*) or a source tree in which a kernel was built. An Error of kind infrastructure
// names everything that is missing.
[[nodiscard]] Result<LinuxKernel> kernel_in(const fs::path& directory);

}  // namespace memgrade::vm
