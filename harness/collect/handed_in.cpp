#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <harness/base/descriptor.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/handed_in.hpp>
#include <map>

namespace memgrade::collect {
namespace {

// Nobody hands in more, and a walk of so many takes seconds.
constexpr std::size_t kMostEntries = 500'000;
constexpr std::uint64_t kMebibyte = 1ULL << 20;

constexpr std::array<std::string_view, 24> kCompiled = {
    ".o",   ".obj", ".lo",  ".la",  ".a",  ".lib", ".so",   ".dll",  ".dylib", ".exe", ".ko",  ".d",
    ".gch", ".pch", ".pdb", ".ilk", ".bc", ".pyc", ".gcda", ".gcno", ".class", ".su",  ".dwo", ".rlib"};
constexpr std::array<std::string_view, 33> kDocuments = {
    ".pdf",  ".doc", ".docx", ".ppt", ".pptx", ".xls",  ".xlsx", ".pages", ".key", ".png", ".jpg",
    ".jpeg", ".gif", ".bmp",  ".svg", ".tif",  ".heic", ".webp", ".mp3",   ".mp4", ".mov", ".avi",
    ".mkv",  ".zip", ".rar",  ".7z",  ".tar",  ".gz",   ".bz2",  ".xz",    ".img", ".iso", ".qcow2"};

bool has_ending(std::string_view name, std::span<const std::string_view> endings) {
  const std::string lower = to_lower(name);
  return std::ranges::any_of(endings, [&](std::string_view ending) {
    return lower.size() > ending.size() && lower.ends_with(ending);
  });
}

bool holds(const WalkEntry& entry, const char* file) {
  const std::string path = fmt::format("{}/{}", entry.name, file);
  struct stat about {};
  return ::fstatat(entry.directory_fd, path.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0;
}

std::string why_no_folder_of_work(const WalkEntry& entry) {
  const std::string_view name = entry.name;
  if (std::distance(entry.path.begin(), entry.path.end()) > kMostFolders) return "nested too deeply";
  if (name.starts_with('.')) return "a hidden folder";
  if (name == "__MACOSX") return "of a file manager";
  if (name == "node_modules" || name == "__pycache__" || name == "CMakeFiles" ||
      name.starts_with("cmake-build-") || holds(entry, "CACHEDIR.TAG") || holds(entry, "pyvenv.cfg"))
    return "made by a tool";
  // A build within the sources stands beside them, and must not hide them.
  return holds(entry, "CMakeCache.txt") && !holds(entry, "CMakeLists.txt") ? "made by CMake" : "";
}

std::string why_no_name_of_work(std::string_view name) {
  if (name.starts_with("._") || name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini")
    return "of a file manager";
  const bool swap =
      name.starts_with('.') && name.size() > 5 && name.substr(name.size() - 4).starts_with(".sw");
  if (name.ends_with('~') || name.starts_with(".#") || (name.starts_with('#') && name.ends_with('#')) || swap)
    return "an editor's backup";
  if (name == "CMakeCache.txt") return "made by CMake";
  if (has_ending(name, kCompiled) || name.ends_with(".mod.c") || name.ends_with(".o.cmd") ||
      name == "Module.symvers" || name == "modules.order")
    return "compiled elsewhere";
  return "";
}

// By how it begins: ELF, an archive of objects, Mach-O, a Windows program, LLVM bitcode, WebAssembly.
std::string why_no_bytes_of_work(std::string_view head) {
  using namespace std::string_view_literals;
  constexpr std::array begins = {
      "\x7f"
      "ELF"sv,
      "!<arch>\n"sv,
      "\xcf\xfa\xed\xfe"sv,
      "\xce\xfa\xed\xfe"sv,
      "\xfe\xed\xfa\xcf"sv,
      "\xfe\xed\xfa\xce"sv,
      "\xca\xfe\xba\xbe"sv,
      "BC\xc0\xde"sv,
      "\xde\xc0\x17\x0b"sv,
      "\0asm"sv};
  if (head.starts_with("\x7f"
                       "ELF") &&
      head.size() > 16 && head[16] == 4)
    return "a core dump";
  const bool known = std::ranges::any_of(begins, [&](std::string_view one) { return head.starts_with(one); });
  return known || (head.starts_with("MZ") && head.contains('\0')) ? "compiled elsewhere" : "";
}

std::string head_of(const WalkEntry& entry) {
  const Descriptor file(
      ::openat(entry.directory_fd, entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  std::array<char, 20> head{};
  const ssize_t got = file ? ::read(file.get(), head.data(), head.size()) : 0;
  return {head.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

std::string why_no_file_of_work(const WalkEntry& entry) {
  const std::string_view name = entry.name;
  if (std::string why = why_no_name_of_work(name); !why.empty()) return why;
  if (std::string why = why_no_bytes_of_work(head_of(entry)); !why.empty()) return why;
  const auto size = static_cast<std::uint64_t>(entry.about.st_size);
  if (size > kMostWorkBytes || (size > kMostDocumentBytes && has_ending(name, kDocuments)))
    return fmt::format("{} MiB, which no build needs", size / kMebibyte);
  return "";
}

bool may_be_read(const WalkEntry& entry) {
  return ::faccessat(entry.directory_fd, entry.name, R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0 ||
         errno != EACCES;
}

// How much there is, and where most of it stands.
class Amount {
 public:
  void add(const WalkEntry& entry) {
    ++files_;
    ++by_folder_[entry.path.parent_path()];
    if (!S_ISREG(entry.about.st_mode)) return;
    const auto size = static_cast<std::uint64_t>(entry.about.st_size);
    bytes_ += size;
    largest_.emplace(size, entry.path);
    if (largest_.size() > 3) largest_.erase(largest_.begin());
  }

  // Why it is more than the limits; "" when it is not.
  [[nodiscard]] std::string excess(TreeLimits limits) const {
    if (files_ > limits.files) {
      const auto most = std::ranges::max_element(by_folder_, {}, [](const auto& one) { return one.second; });
      return fmt::format("{} files and folders, {} of them in {}; {} are the most", files_, most->second,
                         most->first.empty() ? "the top folder" : quote(most->first.string()), limits.files);
    }
    if (bytes_ <= limits.bytes) return "";
    std::vector<std::string> named;
    for (auto one = largest_.rbegin(); one != largest_.rend(); ++one)
      named.push_back(fmt::format("{} ({} MiB)", printable(one->second.string()), one->first / kMebibyte));
    return fmt::format("{} MiB, where {} are the most; the largest files are {}", bytes_ / kMebibyte,
                       limits.bytes / kMebibyte, join(named, ", "));
  }

 private:
  std::uint64_t files_ = 0, bytes_ = 0;
  std::map<fs::path, std::uint64_t> by_folder_;
  std::multimap<std::uint64_t, fs::path> largest_;
};

struct Survey {
  HandedIn found;
  Amount amount;
};

Result<Survey> survey(const fs::path& folder) {
  Survey result;
  std::size_t seen = 0;
  Status failure;
  Walk walk;
  walk.sorted = true;  // the same is named each time
  walk.visit = [&](const WalkEntry& entry) {
    if (++seen > kMostEntries) {
      failure = fail(ErrorKind::infrastructure, fmt::format("holds more than {} files", kMostEntries),
                     show_path(folder));
      return WalkStep::stop;
    }
    if (const std::string why = why_set_aside(entry); !why.empty()) {
      result.found.set_aside.push_back(fmt::format("{}: {}", entry.path.string(), why));
      return WalkStep::skip;
    }
    if (S_ISLNK(entry.about.st_mode)) result.found.links.push_back(entry.path);
    if (S_ISREG(entry.about.st_mode)) result.found.files.push_back(entry.path);
    if (S_ISREG(entry.about.st_mode) && !may_be_read(entry)) result.found.unreadable.push_back(entry.path);
    result.amount.add(entry);
    return WalkStep::on;
  };
  walk.unreadable = [&](const fs::path& path, int error) {
    if (path.empty())
      failure = fail(ErrorKind::infrastructure, std::strerror(error), show_path(folder));
    else if (error == EACCES)
      result.found.unreadable.push_back(path);
    return path.empty() ? WalkStep::stop : WalkStep::on;
  };
  walk_tree(folder, walk);
  if (!failure) return std::unexpected(failure.error());
  for (auto* paths : {&result.found.files, &result.found.unreadable, &result.found.links})
    std::ranges::sort(*paths);
  std::ranges::sort(result.found.set_aside);
  return result;
}

}  // namespace

std::string why_set_aside(const WalkEntry& entry) {
  if (S_ISDIR(entry.about.st_mode)) return why_no_folder_of_work(entry);
  return S_ISREG(entry.about.st_mode) ? why_no_file_of_work(entry) : why_no_name_of_work(entry.name);
}

Result<HandedIn> look_through(const fs::path& folder) {
  auto made = survey(folder);
  if (!made) return std::unexpected(made.error());
  return std::move(made->found);
}

std::vector<fs::path> work_in(const fs::path& folder) {
  auto found = look_through(folder);
  return found ? std::move(found->files) : std::vector<fs::path>();
}

bool same_text(const fs::path& folder, const std::vector<fs::path>& a, const std::vector<fs::path>& b) {
  return !a.empty() && std::ranges::equal(a, b, [&](const fs::path& one, const fs::path& other) {
    const auto first = read_untrusted(folder, one, kMostWorkBytes);
    const auto second = read_untrusted(folder, other, kMostWorkBytes);
    return first && second && first->bytes == second->bytes;
  });
}

Error permission_denied(const std::vector<fs::path>& files) {
  std::vector<std::string> names;
  for (const fs::path& file : files) names.push_back(printable(file.string()));
  return {ErrorKind::infrastructure, "permission denied: " + shorten(join(names, ", "), 400)};
}

Result<std::vector<std::string>> copy_work(const fs::path& from, const fs::path& to, TreeLimits limits) {
  const auto made = survey(from);
  if (!made) return std::unexpected(made.error());
  // A report or a picture is nothing that a verdict depends on.
  std::vector<fs::path> needed = made->found.unreadable;
  std::erase_if(needed, [](const fs::path& file) { return has_ending(file.string(), kDocuments); });
  if (!needed.empty()) return std::unexpected(permission_denied(needed));
  if (const std::string excess = made->amount.excess(limits); !excess.empty())
    return fail(ErrorKind::infrastructure, "too much to be built: " + excess);
  return copy_tree(from, to, {.bytes = limits.bytes * 2, .files = limits.files * 2}, why_set_aside);
}

Result<FilePart> read_work(const fs::path& folder, const fs::path& file, std::uint64_t max_bytes) {
  auto part = read_untrusted(folder, file, max_bytes);
  if (!part && ::faccessat(AT_FDCWD, (folder / file).c_str(), R_OK, AT_EACCESS) != 0 && errno == EACCES)
    return std::unexpected(permission_denied({file}));
  return part;
}

std::string why_no_source(std::string_view bytes) {
  const auto nul_at = [&](std::size_t first) {
    for (std::size_t i = first; i < std::min<std::size_t>(bytes.size(), 64); i += 2)
      if (bytes[i] != '\0') return false;
    return true;
  };
  const bool marked = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  const bool ascii = bytes.size() >= 8 && nul_at(0) != nul_at(1);
  return marked || ascii ? "UTF-16 text, which no C compiler reads; save it as UTF-8" : "";
}

}  // namespace memgrade::collect
