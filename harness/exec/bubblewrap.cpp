// What the inside looks like. A command sees: the system's programs and libraries, its mounts, and /tmp,
// /dev/shm, /proc and /dev of its own. Nothing else of the host has a name there, and nothing but /tmp,
// /dev/shm and the writable mounts can be written to.
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <harness/base/files.hpp>
#include <harness/exec/bubblewrap.hpp>
#include <harness/exec/user_lease.hpp>

namespace memgrade::exec {
namespace {

using Words = std::vector<std::string>;

constexpr const char* confine_inside = "/run/memgrade-confine";
// Of each file system in memory, when no limit of disk space says otherwise.
constexpr std::uint64_t default_tmp_bytes = 256U << 20;
constexpr int open_files = 256;

void add(Words& words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
}

// The directories above `inside`. bwrap would make them by itself, but for its own user alone.
void add_parents(Words& words, const fs::path& inside) {
  fs::path parent;
  for (const fs::path& part : inside.parent_path()) {
    parent /= part;
    if (parent != "/" && parent != "/tmp" && parent != "/dev" && parent != "/proc") {
      add(words, {"--perms", "0755", "--dir", parent.string()});
    }
  }
}

// Since Linux 5.14, RLIMIT_NPROC counts within the user namespace; before, all processes of our user.
bool tasks_are_counted_by_namespace() {
  utsname system{};
  int major = 0;
  int minor = 0;
  return ::uname(&system) == 0 && std::sscanf(system.release, "%d.%d", &major, &minor) == 2 &&
         (major > 5 || (major == 5 && minor >= 14));
}

Words namespaces(const Tools& tools, bool batch) {
  if (tools.user == 0) return {"--unshare-user", "--unshare-all", "--cap-drop", "ALL"};
  Words words{"--unshare-ipc",        "--unshare-pid", "--unshare-net", "--unshare-uts",
              "--unshare-cgroup-try", "--cap-drop",    "ALL",           "--cap-add",
              "CAP_SETUID",           "--cap-add",     "CAP_SETGID"};
  // For a /proc without covers, before it becomes the runs' user.
  if (batch) add(words, {"--cap-add", "CAP_SYS_ADMIN"});
  return words;
}

// /usr, and the old places as on this host: links into /usr, or directories.
void add_system(Words& words) {
  add(words, {"--ro-bind", "/usr", "/usr"});
  for (const char* place : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code code;
    if (fs::is_symlink(place, code))
      add(words, {"--symlink", fs::read_symlink(place, code).string(), place});
    else if (fs::is_directory(place, code))
      add(words, {"--ro-bind", place, place});
  }
  add(words, {"--perms", "0755", "--dir", "/etc", "--perms", "0755", "--dir", "/run"});
  for (const char* place : {"/etc/ld.so.cache", "/etc/alternatives"}) {
    add(words, {"--ro-bind-try", place, place});
  }
}

std::string tmp_bytes(const Limits& limits) {
  return std::to_string(limits.disk_bytes > 0 ? limits.disk_bytes : default_tmp_bytes);
}

void add_own_file_systems(Words& words, const Confined& confined, const Limits& limits) {
  const std::string size = tmp_bytes(limits);
  add(words, {"--proc", "/proc", "--dev", "/dev"});
  for (const Mount& mount : confined.mounts) {
    if (mount.device) add(words, {"--dev-bind", mount.host.string(), mount.inside.string()});
  }
  add(words, {"--perms", "1777", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
  add(words, {"--perms", "1777", "--size", size, "--tmpfs", "/tmp"});
}

// A file in memory that bwrap copies to `inside`.
Status add_data(Words& words, Job& job, const std::string& text, const char* inside) {
  auto data = readable(text);
  if (!data) return std::unexpected(data.error());
  const auto number = static_cast<std::size_t>(CONFINE_REPORT_FD + 1) + job.passed.size();
  job.passed.push_back(std::move(*data));
  add(words, {"--perms", "0444", "--file", std::to_string(number), inside});
  return {};
}

// bwrap's words, and memgrade-confine's name.
Result<Job> job_up_to_command(const Tools& tools, const Confined& confined, const Limits& limits,
                              const std::map<std::string, std::string>& environment, bool batch) {
  Job job;
  job.wrapping = Wrapping::bubblewrap;
  job.input = confined.input;
  job.user = tools.user;
  const uid_t user = tools.user != 0 ? tools.user : ::getuid();
  const gid_t group = tools.user != 0 ? leased_group : ::getgid();
  Words words{tools.bwrap};
  add(words, {"--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "memgrade", "--clearenv"});
  for (std::string& word : namespaces(tools, batch)) words.push_back(std::move(word));
  for (const auto& [name, value] : environment) add(words, {"--setenv", name, value});
  add_system(words);
  add_own_file_systems(words, confined, limits);
  const std::string passwd = fmt::format("student:x:{}:{}:student:/tmp:/bin/sh\n", user, group);
  if (auto added = add_data(words, job, passwd, "/etc/passwd"); !added) return std::unexpected(added.error());
  const std::string groups = fmt::format("student:x:{}:\n", group);
  if (auto added = add_data(words, job, groups, "/etc/group"); !added) return std::unexpected(added.error());
  for (const Mount& mount : confined.mounts) {
    if (mount.device) continue;
    std::error_code code;
    const fs::path host = fs::absolute(mount.host, code);
    add_parents(words, mount.inside);
    add(words, {mount.writable ? "--bind" : "--ro-bind", host.string(), mount.inside.string()});
  }
  if (batch) {
    // Where the folder of each run is mounted.
    add_parents(words, confined.directory);
    add(words, {"--perms", "0755", "--dir", confined.directory.string()});
  }
  add(words, {"--ro-bind", tools.confine, confine_inside, "--remount-ro", "/", "--", confine_inside});
  job.plan.argv = std::move(words);
  return job;
}

}  // namespace

std::vector<std::string> confine_limits(const Confined& confined, const Limits& limits, uid_t user,
                                        bool own_namespace) {
  Words words{"--core-bytes", std::to_string(no_core_bytes), "--open-files", std::to_string(open_files)};
  if (user != 0) add(words, {"--user", std::to_string(user), "--group", std::to_string(leased_group)});
  if (limits.file_bytes > 0) add(words, {"--file-bytes", std::to_string(limits.file_bytes)});
  if (limits.cpu_s > 0) add(words, {"--cpu-seconds", std::to_string(cpu_backstop_s(limits))});
  if (limits.processes > 0 && (user != 0 || own_namespace)) {
    // Above the limit, so that exceeding it can be seen, but not by so much that it hurts.
    add(words, {"--tasks", std::to_string(limits.processes + limits.processes / 4 + 16)});
  }
  if (limits.memory_bytes > 0 && confined.address_space_limit) {
    // Reserved address space costs nothing: threads and allocators reserve far more than they touch. This is
    // for what allocates faster than is sampled.
    add(words, {"--address-space", std::to_string(4 * limits.memory_bytes + (1ULL << 30))});
  }
  return words;
}

Result<Job> bubblewrap_job(const Tools& tools, const Confined& confined, const Limits& limits,
                           const std::map<std::string, std::string>& environment) {
  auto job = job_up_to_command(tools, confined, limits, environment, false);
  if (!job) return job;
  Words& words = job->plan.argv;
  const std::string directory = confined.directory.empty() ? "/" : confined.directory.string();
  add(words, {"--directory", directory});
  for (std::string& word : confine_limits(confined, limits, tools.user, tasks_are_counted_by_namespace())) {
    words.push_back(std::move(word));
  }
  words.push_back("--");
  words.insert(words.end(), confined.argv.begin(), confined.argv.end());
  return job;
}

Result<Job> batch_job(const Tools& tools, const Confined& confined) {
  auto job = job_up_to_command(tools, confined, {}, {}, true);
  if (!job) return job;
  add(job->plan.argv, {"--batch"});
  if (tools.user != 0) {
    add(job->plan.argv, {"--user", std::to_string(tools.user), "--group", std::to_string(leased_group)});
  }
  return job;
}

std::vector<std::string> batch_request(const Confined& confined, const Limits& limits, uid_t user,
                                       const std::string& folder,
                                       const std::map<std::string, std::string>& environment) {
  Words words{"memgrade-confine", "--folder",    folder,           "--directory",
              confined.directory, "--tmp-bytes", tmp_bytes(limits)};
  for (const auto& [name, value] : environment) add(words, {"--set", name + "=" + value});
  // The runner is that user already, who has no other processes.
  const bool own = user != 0 || tasks_are_counted_by_namespace();
  for (std::string& word : confine_limits(confined, limits, 0, own)) words.push_back(std::move(word));
  words.push_back("--");
  words.insert(words.end(), confined.argv.begin(), confined.argv.end());
  return words;
}

}  // namespace memgrade::exec
