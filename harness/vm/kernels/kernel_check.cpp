#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/vm/kernels/kernel_check.hpp>
#include <set>

namespace memgrade::vm {
namespace {

using Words = std::vector<std::string>;

Error incomplete(const fs::path& root, const Words& missing) {
  return {.kind = ErrorKind::infrastructure,
          .message = fmt::format("no kernel that serves here: {}", join(missing, "; ")),
          .where = root.string()};
}

bool is_file(const fs::path& path) {
  std::error_code code;
  return fs::is_regular_file(path, code);
}

bool has_directory(const fs::path& path) {
  std::error_code code;
  return fs::is_directory(path, code);
}

// "6.1" of "6.1.0-56-amd64".
std::string series_of(const std::string& release) {
  const std::size_t dot = release.find('.');
  if (dot == std::string::npos) return release;
  return release.substr(0, release.find_first_not_of("0123456789", dot + 1));
}

// The names behind `prefix` of a directory's entries.
Words names_behind(const fs::path& directory, std::string_view prefix) {
  Words names;
  std::error_code code;
  for (fs::directory_iterator at(directory, code), end; !code && at != end; at.increment(code)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
  }
  std::ranges::sort(names);
  return names;
}

void check_image(const LinuxKernel& kernel, Words& missing) {
  const auto image = read_file(kernel.image);
  const std::string said = image ? image_release(*image) : std::string();
  const std::string shown = kernel.image.lexically_relative(kernel.root).string();
  if (said.empty())
    missing.push_back(fmt::format("{} is no kernel image (bzImage) for x86", shown));
  else if (said != kernel.release)
    missing.push_back(fmt::format("{} is Linux {}, but the headers are of {}", shown, said, kernel.release));
}

// The sandbox's user is another one when we are root.
void check_readable(const LinuxKernel& kernel, Words& missing) {
  if (::geteuid() != 0) return;
  for (const fs::path& path :
       {kernel.image, kernel.build / "Makefile", kernel.build / "include", kernel.build / "scripts/mod"}) {
    std::error_code code;
    if ((fs::status(path, code).permissions() & fs::perms::others_read) == fs::perms::none && !code)
      missing.push_back(fmt::format("{} may not be read by others (chmod -R o+rX {})",
                                    path.lexically_relative(kernel.root).string(),
                                    shell_quote(kernel.root.string())));
  }
}

// What building a module takes, and that it does not lead out of the tree.
void check_build(const LinuxKernel& kernel, Words& missing) {
  const std::string shown =
      kernel.build == kernel.root ? "" : kernel.build.lexically_relative(kernel.root).string() + "/";
  for (const char* name : {"Makefile", "Module.symvers", ".config", "include/generated/autoconf.h"})
    if (!is_file(kernel.build / name)) missing.push_back(fmt::format("{}{} is missing", shown, name));
  for (const char* name : {"scripts/mod/modpost", "scripts/basic/fixdep"})
    if (::access((kernel.build / name).c_str(), X_OK) != 0)
      missing.push_back(fmt::format("{}{} is missing, or cannot be executed", shown, name));
  const std::string makefile = read_file(kernel.build / "Makefile").value_or(std::string());
  for (const std::string_view line : split_lines(makefile))
    if (line.starts_with("include /"))
      missing.push_back(
          fmt::format("{}Makefile leads out of the directory ({}), where a build in the sandbox cannot "
                      "follow; a path from its own place is $(dir $(lastword $(MAKEFILE_LIST)))../…",
                      shown, trim(line)));
  for (const char* name : {"scripts", "tools", "include", "arch", "source"}) {
    std::error_code code;
    if (const fs::path target = fs::read_symlink(kernel.build / name, code); !code && target.is_absolute())
      missing.push_back(
          fmt::format("{}{} is a link out of the directory, to {}", shown, name, target.string()));
  }
}

void check_options(const LinuxKernel& kernel, Words& missing) {
  const auto config = read_file(kernel.build / ".config");
  if (!config) return;  // named already
  for (const std::string& option : missing_options(*config, !kernel.modules.empty()))
    missing.push_back(fmt::format("it was built without {}", option));
}

// lib/modules of a tree; distributions have begun to move it below usr.
fs::path modules_of(const fs::path& root, const std::string& release) {
  for (const char* place : {"lib/modules", "usr/lib/modules"})
    if (has_directory(root / place / release / "kernel")) return root / place / release;
  return {};
}

Result<LinuxKernel> checked(LinuxKernel kernel) {
  Words missing;
  kernel.series = series_of(kernel.release);
  check_image(kernel, missing);
  check_build(kernel, missing);
  check_options(kernel, missing);
  check_readable(kernel, missing);
  if (!missing.empty()) return std::unexpected(incomplete(kernel.root, missing));
  return kernel;
}

// What would change a guest or a module: the image, the symbols' checksums and the options.
std::string identity_of(const LinuxKernel& kernel) {
  std::string sum;
  for (const fs::path& path : {kernel.image, kernel.build / "Module.symvers", kernel.build / ".config"}) {
    const auto bytes = read_file(path);
    sum += digest(bytes ? *bytes : std::string());
  }
  return fmt::format("{} {}", kernel.release, digest(sum));
}

}  // namespace

std::string image_release(std::string_view image) {
  // The header of Linux' boot protocol: 0x1fe a magic number, 0x202 "HdrS", 0x20e where the version's text
  // stands, counted from 0x200.
  if (image.size() < 0x1000 || image.substr(0x1fe, 2) != "\x55\xaa" || image.substr(0x202, 4) != "HdrS")
    return {};
  const std::size_t at = 0x200 + static_cast<unsigned char>(image[0x20e]) +
                         0x100 * static_cast<std::size_t>(static_cast<unsigned char>(image[0x20f]));
  if (at == 0x200 || at >= image.size()) return {};
  const std::string_view version = image.substr(at, 128);
  return std::string(version.substr(0, version.find_first_of(std::string_view(" \0", 2))));
}

Words missing_options(std::string_view config, bool has_modules) {
  std::set<std::string_view> set;
  for (const std::string_view line : split_lines(config)) set.insert(trim(line));
  Words missing;
  for (const char* name : {"X86_64", "MODULES", "MODULE_UNLOAD", "BLK_DEV_INITRD", "SERIAL_8250_CONSOLE",
                           "DEVTMPFS", "PROC_PAGE_MONITOR", "KALLSYMS", "SYSFS"}) {
    const std::string line = fmt::format("CONFIG_{}=y", name);
    if (!set.contains(line)) missing.push_back(line);
  }
  for (const char* name : {"VIRTIO_MMIO", "VIRTIO_BLK"}) {
    const std::string line = fmt::format("CONFIG_{}=", name);
    if (set.contains(line + "y") || (has_modules && set.contains(line + "m"))) continue;
    missing.push_back(has_modules ? line + "y or =m" : line + "y (or its modules in lib/modules/)");
  }
  return missing;
}

Result<LinuxKernel> kernel_of_packages(const fs::path& root) {
  const Words releases = names_behind(root / "boot", "vmlinuz-");
  if (releases.size() > 1)
    return std::unexpected(incomplete(root, {fmt::format("it holds several: {}", join(releases, ", "))}));
  if (releases.empty()) return std::unexpected(incomplete(root, {"boot/vmlinuz-* is missing"}));
  const std::string& release = releases.front();
  LinuxKernel kernel{.series = {},
                     .release = release,
                     .root = root,
                     .image = root / "boot" / ("vmlinuz-" + release),
                     .modules = modules_of(root, release),
                     .build = root / "usr" / "src" / ("linux-headers-" + release),
                     .identity = {}};
  Words missing;
  if (kernel.modules.empty()) missing.push_back(fmt::format("lib/modules/{}/kernel is missing", release));
  if (!has_directory(kernel.build))
    missing.push_back(fmt::format("usr/src/linux-headers-{} is missing", release));
  if (!missing.empty()) return std::unexpected(incomplete(root, missing));
  return checked(std::move(kernel));
}

Result<LinuxKernel> kernel_of_source(const fs::path& root) {
  const auto release = read_file(root / "include" / "config" / "kernel.release");
  if (!release) {
    return std::unexpected(
        incomplete(root, {"include/config/kernel.release is missing: build it with 'make bzImage modules'"}));
  }
  LinuxKernel kernel{.series = {},
                     .release = std::string(trim(*release)),
                     .root = root,
                     .image = root / "arch" / "x86" / "boot" / "bzImage",
                     .modules = modules_of(root, std::string(trim(*release))),
                     .build = root,
                     .identity = {}};
  return checked(std::move(kernel));
}

Result<LinuxKernel> kernel_in(const fs::path& directory) {
  std::error_code code;
  const fs::path root = fs::canonical(directory, code);
  if (code || !has_directory(root))
    return fail(ErrorKind::infrastructure, "no such directory, in which a kernel could be",
                directory.string());
  // All of it is shown to the sandbox.
  if (root == root.root_path())
    return fail(
        ErrorKind::infrastructure,
        "the machine's own root is no directory of a kernel; unpack the packages of a kernel into one "
        "(dpkg-deb -x)",
        directory.string());
  const bool packages = has_directory(root / "boot") || has_directory(root / "usr" / "src");
  if (!packages && !has_directory(root / "arch" / "x86")) {
    return std::unexpected(incomplete(root, {"neither unpacked packages (boot/vmlinuz-*, lib/modules/*, "
                                             "usr/src/linux-headers-*) nor a source tree "
                                             "in which Linux was built for x86 (arch/x86/boot/bzImage)"}));
  }
  auto kernel = packages ? kernel_of_packages(root) : kernel_of_source(root);
  if (kernel) kernel->identity = identity_of(*kernel);
  return kernel;
}

}  // namespace memgrade::vm
