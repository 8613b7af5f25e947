#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/grading/tidy.hpp>

namespace memgrade::grading {
namespace {

constexpr TreeLimits kMostTidied = {.bytes = 1ULL << 30, .files = 100'000};

bool stands_below(const fs::path& inner, const fs::path& outer) {
  const fs::path relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

// Folders of tools, and what is too large. Other leftovers are copied, so that each lab's notes tell of them.
std::string why_not_copied(const WalkEntry& entry) {
  const bool large = static_cast<std::uint64_t>(entry.about.st_size) > collect::kMostWorkBytes;
  return S_ISDIR(entry.about.st_mode) || large ? collect::why_set_aside(entry) : "";
}

struct Link {
  fs::path at, target;  // relative to the submission
  bool folder = false;
};

// The links that lead to something in the submission; notes on the others.
std::vector<Link> links_within(const fs::path& root, const std::vector<fs::path>& links,
                               std::vector<std::string>& notes) {
  std::vector<Link> within;
  for (const fs::path& at : links) {
    std::error_code error;
    const fs::path target = fs::canonical(root / at, error);
    const char* why = "";
    if (error)
      why = "a symbolic link to nothing";
    else if (!stands_below(target, root))
      why = "a symbolic link out of the submission, which is not followed";
    else if (stands_below(root / at, target))
      why = "a symbolic link to a folder that it stands in";
    if (*why != '\0')
      notes.push_back(fmt::format("{}: {}", printable(at.string()), why));
    else
      within.push_back({at, target.lexically_relative(root), fs::is_directory(target, error)});
  }
  // A folder is copied when the files in it are there.
  std::ranges::stable_sort(within, {}, &Link::folder);
  return within;
}

Status put_link(const fs::path& submission, const fs::path& copy, const Link& link) {
  const fs::path at = copy / link.at;
  if (link.folder) {
    const auto copied = copy_tree(copy / link.target, at, kMostTidied, why_not_copied);
    return copied ? Status() : std::unexpected(copied.error());
  }
  auto part = collect::read_work(submission, link.target, collect::kMostWorkBytes);
  if (!part) return std::unexpected(part.error());
  return write_file(at, part->bytes);
}

// The place that a name with backslashes means; nothing when it means none in the submission.
std::optional<fs::path> place_meant(const fs::path& file) {
  const fs::path name = replace_all(file.filename().string(), "\\", "/");
  if (name.is_absolute() || !name.has_filename() || std::ranges::find(name, "..") != name.end())
    return std::nullopt;
  return (file.parent_path() / name).lexically_normal();
}

bool has_backslash(const fs::path& file) {
  return file.filename().string().contains('\\');
}

void put_where_meant(const fs::path& copy, const fs::path& file, std::vector<std::string>& notes) {
  const auto meant = place_meant(file);
  std::error_code error;
  if (!meant || fs::exists(fs::symlink_status(copy / *meant, error)) ||
      !make_directories((copy / *meant).parent_path()))
    return;
  fs::rename(copy / file, copy / *meant, error);
  if (!error)
    notes.push_back(fmt::format("{} is taken for {}", printable(file.string()), printable(meant->string())));
}

}  // namespace

Result<Tidied> tidy(const fs::path& submission, const collect::HandedIn& found) {
  Tidied tidied;
  const std::vector<Link> links = links_within(submission, found.links, tidied.notes);
  if (links.empty() && std::ranges::none_of(found.files, has_backslash)) return tidied;
  if (!found.unreadable.empty()) return std::unexpected(collect::permission_denied(found.unreadable));
  auto copy = TempDir::temporary("submission");
  if (!copy) return std::unexpected(copy.error());
  tidied.copy = std::make_shared<TempDir>(std::move(*copy));
  const fs::path& root = tidied.copy->path();
  auto left_out = copy_tree(submission, root, kMostTidied, why_not_copied);
  if (!left_out) return std::unexpected(left_out.error());
  std::erase_if(*left_out, [](const std::string& one) { return one.ends_with(": a symbolic link"); });
  if (!left_out->empty())
    tidied.notes.push_back(shorten("left out: " + printable(join(*left_out, ", ")), 600));
  for (const Link& link : links) {
    if (auto put = put_link(submission, root, link); !put) return std::unexpected(put.error());
    if (link.folder) tidied.linked_folders.push_back(link.at);
  }
  for (const fs::path& file : found.files)
    if (has_backslash(file)) put_where_meant(root, file, tidied.notes);
  return tidied;
}

}  // namespace memgrade::grading
