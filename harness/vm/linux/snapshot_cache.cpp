#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <harness/base/trees.hpp>
#include <harness/base/walk.hpp>
#include <harness/vm/linux/snapshot.hpp>
#include <harness/vm/linux/snapshot_cache.hpp>

namespace memgrade::vm {
namespace {

// "0123…" of a guest, and of ".new-0123…-x", which somebody is making or left behind; else "".
std::string key_of(const std::string& name) {
  constexpr std::string_view making = ".new-";
  const std::string key =
      name.starts_with(making) ? name.substr(making.size(), name.rfind('-') - making.size()) : name;
  const bool good = key.size() == 32 && key.find_first_not_of("0123456789abcdef") == std::string::npos;
  return good ? key : std::string();
}

std::vector<fs::path> directories_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (entry.is_directory(code) && !entry.is_symlink(code) && !key_of(entry.path().filename()).empty()) {
      found.push_back(entry.path());
    }
  }
  return found;
}

std::uint64_t disk_bytes(const fs::path& directory) {
  std::uint64_t bytes = 0;
  walk_tree(directory, {.visit = [&](const WalkEntry& entry) {
              bytes += static_cast<std::uint64_t>(entry.about.st_blocks) * 512;
              return WalkStep::on;
            }});
  return bytes;
}

double age(const fs::path& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return 0;
  return std::max(0.0, std::difftime(std::time(nullptr), about.st_mtim.tv_sec));
}

CachedSnapshot look_at(const fs::path& directory) {
  CachedSnapshot guest{.key = key_of(directory.filename()), .origin = {}, .bytes = disk_bytes(directory)};
  // A file that is never written again, and one that each use touches.
  guest.made_s = age(directory / guest_symbols_file);
  guest.used_s = age(directory / guest_manifest_file);
  const auto text = read_file(directory / guest_manifest_file, 1U << 20);
  const auto manifest = text ? parse_json(*text) : Result<Json>(Json());
  if (manifest && manifest->is_object() && manifest->value("key", Json()) == directory.filename().string()) {
    guest.origin = manifest->value("origin", Json());
  }
  return guest;
}

}  // namespace

std::vector<CachedSnapshot> cached_snapshots(const fs::path& cache) {
  std::vector<CachedSnapshot> guests;
  for (const fs::path& directory : directories_in(cache / guests_folder))
    guests.push_back(look_at(directory));
  std::ranges::sort(guests, {},
                    [](const CachedSnapshot& guest) { return std::pair(guest.used_s, guest.key); });
  return guests;
}

Result<std::size_t> remove_guests(const fs::path& cache, const Progress& progress, std::stop_token stop) {
  const fs::path folder = cache / guests_folder;
  std::size_t removed = 0;
  for (const fs::path& directory : directories_in(folder)) {
    const auto held = vm::lock(folder, key_of(directory.filename()), "boots a Linux guest", progress, stop);
    if (!held) return std::unexpected(held.error());
    std::error_code code;
    // One that was being made stands under its own name by now.
    if (!fs::exists(directory, code)) continue;
    if (Status gone = remove_tree(directory); !gone) return std::unexpected(gone.error());
    ++removed;
  }
  return removed;
}

void remove_unused_guests(const fs::path& cache, double unused_s) {
  const fs::path folder = cache / guests_folder;
  for (const fs::path& directory : directories_in(folder)) {
    // Of one that is not whole, the directory tells.
    const bool whole = ::access((directory / guest_manifest_file).c_str(), F_OK) == 0;
    if (age(whole ? directory / guest_manifest_file : directory) < unused_s) continue;
    const auto held = FileLock::take(folder / fmt::format(".{}.lock", key_of(directory.filename())), 0);
    if (held) std::ignore = remove_tree(directory);
  }
}

}  // namespace memgrade::vm
