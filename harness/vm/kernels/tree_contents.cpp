#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/base/walk.hpp>
#include <harness/vm/kernels/manifest.hpp>
#include <harness/vm/kernels/tree_contents.hpp>
#include <iterator>

namespace memgrade::vm {
namespace {

constexpr std::uint64_t most_bytes_of_list = 64U << 20;

Result<std::string> what_it_is(const fs::path& path, const WalkEntry& entry) {
  if (S_ISLNK(entry.about.st_mode)) {
    std::error_code error;
    const fs::path target = fs::read_symlink(path, error);
    if (error) return fail(ErrorKind::io, error.message(), path.string());
    return fmt::format("{} link", digest(target.string()));
  }
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  return fmt::format("{} {} {}", digest(*bytes), bytes->size(), entry.about.st_mode & S_IXUSR ? "x" : "-");
}

// The lines, sorted; a file that cannot be read stands there as that.
std::vector<std::string> lines_of(const fs::path& tree, Status& readable) {
  std::vector<std::string> lines;
  walk_tree(tree, {.visit = [&](const WalkEntry& entry) {
              if (S_ISDIR(entry.about.st_mode)) return WalkStep::on;
              const std::string path = entry.path.string();
              if (path == contents_name || path == manifest_name) return WalkStep::on;
              auto what = what_it_is(tree / entry.path, entry);
              if (!what && readable) readable = std::unexpected(what.error());
              lines.push_back(fmt::format("{} {}", what.value_or("unreadable"), path));
              return WalkStep::on;
            }});
  std::ranges::sort(lines);
  return lines;
}

// "digest size x path", or "digest link path"
std::string path_in(std::string_view line) {
  const std::size_t link = line.find(" link ");
  if (link != line.npos) return std::string(line.substr(link + 6));
  for (int i = 0; i < 3; ++i) line.remove_prefix(std::min(line.size(), line.find(' ') + 1));
  return std::string(line);
}

}  // namespace

Result<std::string> contents_of(const fs::path& tree) {
  Status readable;
  const auto lines = lines_of(tree, readable);
  if (!readable) return std::unexpected(readable.error());
  return join(lines, "\n") + "\n";
}

std::optional<std::vector<std::string>> damage_of(const fs::path& tree) {
  const auto list = read_file(tree / contents_name, most_bytes_of_list);
  if (!list) return std::nullopt;
  std::vector<std::string> then;
  for (const std::string_view line : split_lines(*list))
    if (!line.empty()) then.emplace_back(line);
  Status ignored;
  const std::vector<std::string> now = lines_of(tree, ignored);
  std::vector<std::string> different, paths;
  std::ranges::set_symmetric_difference(then, now, std::back_inserter(different));
  for (const std::string& line : different) paths.push_back(path_in(line));
  std::ranges::sort(paths);
  paths.erase(std::ranges::unique(paths).begin(), paths.end());
  return paths;
}

}  // namespace memgrade::vm
