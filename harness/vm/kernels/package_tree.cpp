#include <fmt/format.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/base/walk.hpp>
#include <harness/vm/kernels/loadable_modules.hpp>
#include <harness/vm/kernels/package_tree.hpp>
#include <harness/vm/kernels/private_apt.hpp>
#include <vector>

namespace memgrade::vm {
namespace {

Status trouble(const fs::path& path, const std::error_code& code) {
  return fail(ErrorKind::infrastructure, code.message(), path.string());
}

// The entries of a directory, sorted; none when there is no such directory.
std::vector<fs::path> entries(const fs::path& directory) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator at(directory, code), end; !code && at != end; at.increment(code))
    found.push_back(*at);
  std::ranges::sort(found);
  return found;
}

// An absolute link becomes one from its own place to the same thing in the tree; without such a thing it
// goes.
Status mend_link(const fs::path& tree, const fs::path& link) {
  std::error_code code;
  const fs::path target = fs::read_symlink(link, code);
  if (code) return trouble(link, code);
  if (!target.is_absolute()) return {};
  fs::remove(link, code);
  if (code) return trouble(link, code);
  const fs::path here = tree / target.relative_path();
  if (!fs::exists(here, code)) return {};
  fs::create_symlink(here.lexically_relative(link.parent_path()), link, code);
  return code ? trouble(link, code) : Status();
}

Status mend_makefile(const fs::path& path) {
  const auto text = read_file(path);
  if (!text) return fail(ErrorKind::infrastructure, text.error().message, path.string());
  const std::string mended = relative_include(*text);
  return mended == *text ? Status() : write_file(path, mended);
}

}  // namespace

Status unpack_packages(const fs::path& packages, const fs::path& tree, std::stop_token stop) {
  if (Status made = make_directories(tree); !made) return made;
  for (const fs::path& package : entries(packages)) {
    if (package.extension() != ".deb") continue;
    const auto done = run_tool({"dpkg-deb", "-x", package.string(), tree.string()}, "dpkg", "/", stop);
    if (!done) return std::unexpected(done.error());
  }
  return {};
}

Status trim_tree(const fs::path& tree, const std::string& release, std::stop_token stop) {
  std::vector<fs::path> needless = {tree / "usr" / "share", tree / "boot" / ("System.map-" + release),
                                    tree / "usr" / "src" / ("linux-headers-" + release) / "vmlinux"};
  for (const fs::path& headers : entries(tree / "usr" / "src"))
    for (const fs::path& architecture : entries(headers / "arch"))
      if (architecture.filename() != "x86" && fs::is_directory(architecture))
        needless.push_back(architecture);
  for (const fs::path& path : needless)
    if (Status gone = remove_tree(path); !gone) return gone;
  const fs::path modules = tree / "lib" / "modules" / release;
  const auto kept = module_images(modules, {"virtio_mmio", "virtio_blk"},
                                  {"virtio_pci", "virtio_console", "virtio_rng", "virtio_balloon"}, stop);
  return kept ? keep_modules(modules, *kept) : std::unexpected(kept.error());
}

std::string relative_include(std::string_view makefile) {
  constexpr std::string_view absolute = "include /usr/src/";
  std::string text;
  for (std::string_view line : split_lines(makefile)) {
    if (line.starts_with(absolute)) {
      // kbuild reads this file by its path, from whatever directory it works in.
      text += "include $(dir $(lastword $(MAKEFILE_LIST)))../";
      line.remove_prefix(absolute.size());
    }
    text += line;
    text += '\n';
  }
  return text;
}

Status make_relocatable(const fs::path& tree, const std::string& release) {
  if (Status mended = mend_makefile(tree / "usr" / "src" / ("linux-headers-" + release) / "Makefile");
      !mended)
    return mended;
  std::vector<fs::path> links;
  Status result;
  // Whatever the umask of this user: the sandbox's user reads it too.
  const auto open_up = [&](const WalkEntry& entry) {
    if (S_ISLNK(entry.about.st_mode)) {
      links.push_back(tree / entry.path);
      return WalkStep::on;
    }
    const bool executable = S_ISDIR(entry.about.st_mode) || (entry.about.st_mode & S_IXUSR) != 0;
    const mode_t mode = executable ? 0755 : 0644;
    if ((entry.about.st_mode & 07777) == mode || ::fchmodat(entry.directory_fd, entry.name, mode, 0) == 0)
      return WalkStep::on;
    result = fail(ErrorKind::infrastructure, std::strerror(errno), (tree / entry.path).string());
    return WalkStep::stop;
  };
  walk_tree(tree, {.visit = open_up});
  if (!result) return result;
  for (const fs::path& link : links)
    if (Status mended = mend_link(tree, link); !mended) return mended;
  std::error_code code;
  fs::permissions(tree, fs::perms(0755), code);
  return code ? trouble(tree, code) : Status();
}

}  // namespace memgrade::vm
