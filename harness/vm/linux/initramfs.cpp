#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <harness/base/files.hpp>
#include <harness/vm/kernels/loadable_modules.hpp>
#include <harness/vm/linux/cpio.hpp>
#include <harness/vm/linux/initramfs.hpp>

namespace memgrade::vm {
namespace {

constexpr const char* interpreter = "lib64/ld-linux-x86-64.so.2";
// What g++ links a program with threads against; the last ones are only stubs, or not there, in newer
// libraries.
constexpr const char* needed_libraries[] = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6"};
constexpr const char* wanted_libraries[] = {"libpthread.so.0", "libdl.so.2", "librt.so.1"};
constexpr const char* library_places[] = {"lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "lib64",
                                          "usr/lib64", "usr/lib"};
constexpr const char* applets[] = {
    "ash",    "awk",     "basename", "cat",    "chmod",  "clear", "cp",    "cut",   "date",
    "dd",     "df",      "dmesg",    "du",     "echo",   "env",   "find",  "free",  "grep",
    "head",   "hexdump", "id",       "insmod", "kill",   "less",  "ln",    "ls",    "lsmod",
    "md5sum", "mkdir",   "mkfifo",   "more",   "mount",  "mv",    "od",    "pidof", "ps",
    "pwd",    "reset",   "rm",       "rmmod",  "sed",    "seq",   "sh",    "sleep", "sort",
    "stat",   "stty",    "sync",     "tail",   "test",   "top",   "touch", "tr",    "true",
    "umount", "uname",   "uniq",     "uptime", "usleep", "vi",    "wc",    "which", "xxd"};
// By these the agent talks to us.
const std::vector<std::string> channels = {"virtio_mmio", "virtio_console"};

std::unexpected<Error> missing(std::string_view what, std::string_view package) {
  return fail(ErrorKind::infrastructure,
              fmt::format("{} is needed for Linux guests: 'apt install {}'", what, package));
}

// It stands beside the program that runs, or where MEMGRADE_AGENT says.
Result<std::string> read_agent() {
  std::error_code code;
  const fs::path self = fs::read_symlink("/proc/self/exe", code);
  std::vector<fs::path> places = {
      self.parent_path() / "memgrade-agent",
      self.parent_path().parent_path() / "libexec" / "memgrade" / "memgrade-agent"};
  if (const char* named = std::getenv("MEMGRADE_AGENT"); named != nullptr && *named != '\0') places = {named};
  for (const fs::path& place : places) {
    if (::access(place.c_str(), X_OK) == 0) return read_file(place);
  }
  return fail(ErrorKind::infrastructure, "memgrade-agent is not beside memgrade: build it again");
}

Status add_busybox(Cpio& archive) {
  for (const char* place : {"/bin/busybox", "/usr/bin/busybox"}) {
    const auto bytes = read_file(place);
    // A dynamic one names its interpreter.
    if (!bytes || bytes->find("/ld-linux") != std::string::npos) continue;
    archive.file("bin/busybox", *bytes, 0755);
    for (const char* applet : applets) archive.link(std::string("bin/") + applet, "busybox");
    return {};
  }
  return missing("a static busybox", "busybox-static");
}

// Under the path that it has here: there the interpreter looks for it.
bool add_library(Cpio& archive, const std::string& name) {
  for (const char* place : library_places) {
    const std::string path = std::string(place) + "/" + name;
    if (const auto bytes = read_file("/" + path)) {
      archive.file(path, *bytes, 0755);
      return true;
    }
  }
  return false;
}

Status add_runtime(Cpio& archive) {
  const auto bytes = read_file(std::string("/") + interpreter);
  if (!bytes) return missing("the dynamic linker", "libc6");
  archive.file(interpreter, *bytes, 0755);
  for (const char* name : needed_libraries) {
    if (!add_library(archive, name)) return missing(name, "libstdc++6 libgcc-s1 libc6");
  }
  for (const char* name : wanted_libraries) add_library(archive, name);
  return {};
}

Status add_modules(Cpio& archive, const LinuxKernel& kernel) {
  const auto modules = module_images(kernel.modules, channels);
  if (!modules) return std::unexpected(modules.error());
  std::string list;
  for (const ModuleImage& module : *modules) {
    const std::string path = "lib/memgrade/" + module.name + ".ko";
    archive.file(path, module.bytes);
    list += "/" + path + "\n";
  }
  archive.file("lib/memgrade/modules", list);
  return {};
}

}  // namespace

Result<std::string> make_initramfs(const LinuxKernel& kernel) {
  const auto agent = read_agent();
  if (!agent) return std::unexpected(agent.error());
  Cpio archive;
  for (const char* path : {"dev", "proc", "sys", "tmp", "job", "root", "run", "usr/bin", "sbin", "etc"}) {
    archive.directory(path);
  }
  // For init's own output, before it has mounted /dev.
  archive.character_device("dev/console", 5, 1);
  archive.file("init", *agent, 0755);
  archive.file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nstudent:x:1000:1000:student:/tmp:/bin/sh\n");
  archive.file("etc/group", "root:x:0:\nstudent:x:1000:\n");
  archive.file("etc/hostname", "memgrade\n");
  Status added = add_busybox(archive);
  if (added) added = add_runtime(archive);
  if (added) added = add_modules(archive, kernel);
  if (!added) return std::unexpected(added.error());
  return archive.finish();
}

}  // namespace memgrade::vm
