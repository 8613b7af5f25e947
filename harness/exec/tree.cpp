// Sampling /proc. The formats are those of proc(5): /proc/PID/stat, /proc/PID/task/TID/children,
// /proc/PID/smaps_rollup.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <harness/base/descriptor.hpp>
#include <harness/exec/tree.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memgrade::exec {
namespace {

// A chain of processes longer than this is cut: each level costs stack here.
constexpr int max_depth = 400;

std::string slurp(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t got = 0; file && (got = ::read(file.get(), part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::uint64_t take_number(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::size_t used = static_cast<std::size_t>(end - text.data());
  text.remove_prefix(error == std::errc() ? used : std::min(text.find(' '), text.size()));
  return value;
}

struct Stat {
  char state = '?';
  std::uint64_t cpu_ticks = 0, threads = 0, start_ticks = 0, rss_pages = 0;
};

std::optional<Stat> read_stat(pid_t pid) {
  const std::string text = slurp(fmt::format("/proc/{}/stat", pid));
  // The name in parentheses may itself hold parentheses and blanks, so the last one counts.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return std::nullopt;
  Stat stat;
  stat.state = text[name_end + 2];
  std::string_view rest = std::string_view(text).substr(name_end + 3);
  for (int field = 4; field <= 24; ++field) {
    const std::uint64_t value = take_number(rest);
    if (field >= 14 && field <= 17) stat.cpu_ticks += value;  // utime, stime, cutime, cstime
    if (field == 20) stat.threads = value;
    if (field == 22) stat.start_ticks = value;
    if (field == 24) stat.rss_pages = value;
  }
  return stat;
}

std::vector<std::string> entries(const std::string& path) {
  std::vector<std::string> names;
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return names;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  ::closedir(directory);
  return names;
}

void append_children(const std::string& path, std::vector<pid_t>& children) {
  const std::string list = slurp(path);
  std::string_view text = list;
  while (const std::uint64_t child = take_number(text)) children.push_back(static_cast<pid_t>(child));
}

std::vector<pid_t> children_of(pid_t pid, std::uint64_t threads) {
  std::vector<pid_t> children;
  const std::string tasks = fmt::format("/proc/{}/task", pid);
  // Children are listed by the thread that made them; most programs have but one.
  if (threads <= 1) {
    append_children(fmt::format("{}/{}/children", tasks, pid), children);
  } else {
    for (const std::string& task : entries(tasks))
      append_children(tasks + "/" + task + "/children", children);
  }
  return children;
}

const double ticks_per_s = static_cast<double>(::sysconf(_SC_CLK_TCK));
const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));

}  // namespace

void ProcessTree::visit(pid_t pid, int depth, TreeSample& sum) {
  const auto stat = read_stat(pid);
  if (!stat || depth > max_depth) return;
  sum.cpu_s += static_cast<double>(stat->cpu_ticks) / ticks_per_s;
  if (pid != root_ || count_root_) {
    const bool alive = stat->state != 'Z' && stat->state != 'X';
    sum.rss_bytes += stat->rss_pages * page_bytes;
    sum.tasks += alive ? stat->threads : 0;
    sum.processes += alive ? 1 : 0;
    last_[pid] = stat->start_ticks;
  }
  for (const pid_t child : children_of(pid, stat->threads)) visit(child, depth + 1, sum);
}

TreeSample ProcessTree::sample() {
  last_.clear();
  TreeSample sum;
  visit(root_, 0, sum);
  for (const auto& [pid, start] : last_) seen_[pid] = start;
  return sum;
}

std::uint64_t ProcessTree::proportional_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [pid, start] : last_) {
    const std::string text = slurp(fmt::format("/proc/{}/smaps_rollup", pid));
    const std::size_t at = text.find("\nPss:");
    if (at == std::string::npos) continue;
    std::string_view rest = std::string_view(text).substr(at + std::strlen("\nPss:"));
    sum += take_number(rest) * 1024;
  }
  return sum;
}

std::uint64_t ProcessTree::unlinked_bytes() const {
  std::set<std::pair<dev_t, ino_t>> counted;
  std::uint64_t bytes = 0;
  for (const auto& [pid, start] : last_) {
    const std::string directory = fmt::format("/proc/{}/fd/", pid);
    for (const std::string& name : entries(directory)) {
      struct stat about {};
      if (::stat((directory + name).c_str(), &about) != 0) continue;
      if (!S_ISREG(about.st_mode) || about.st_nlink != 0) continue;
      const bool fresh = counted.emplace(about.st_dev, about.st_ino).second;
      bytes += fresh ? static_cast<std::uint64_t>(about.st_blocks) * 512 : 0;
    }
  }
  return bytes;
}

void ProcessTree::kill_all() const {
  for (const auto& [pid, start] : seen_) {
    if (pid == root_) continue;
    // The number may have been given to a stranger since.
    const auto stat = read_stat(pid);
    if (stat && stat->start_ticks == start) ::kill(pid, SIGKILL);
  }
}

}  // namespace memgrade::exec
