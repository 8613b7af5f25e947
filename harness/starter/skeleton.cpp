#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/starter_code.hpp>
#include <harness/starter/skeleton.hpp>

namespace memgrade::starter {
namespace {

Status check_target(const fs::path& target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  const std::string shown = printable(target.string());
  if (!fs::exists(status)) return {};
  if (!fs::is_directory(status)) return fail(ErrorKind::usage, "is there already and is no directory", shown);
  if (!fs::is_empty(target, error))
    return fail(ErrorKind::usage, "is not empty; choose a new directory", shown);
  return {};
}

Status write_one(const collect::StarterFile& file, const fs::path& from, const fs::path& to,
                 Skeleton& skeleton) {
  if (auto made = make_directories(to.parent_path()); !made) return made;
  if (auto written = write_file(to, file.text); !written) return written;
  skeleton.files.push_back(file.name);
  for (const std::string& part : file.parts) skeleton.parts.push_back(fmt::format("{}: {}", file.name, part));
  std::error_code error;
  fs::permissions(to, fs::status(from, error).permissions(), error);
  return {};
}

}  // namespace

Result<Skeleton> write_skeleton(const Lab& lab, const fs::path& root, const fs::path& target) {
  if (!lab.starter.is_object() || !lab.starter.contains("from"))
    return fail(ErrorKind::usage, fmt::format("the lab '{}' has no starter code", lab.name));
  if (auto free = check_target(target); !free) return std::unexpected(free.error());
  const fs::path parent = fs::absolute(target).lexically_normal().parent_path();
  if (auto made = make_directories(parent); !made) return std::unexpected(made.error());
  auto fresh = TempDir::make(parent, ".skeleton-");
  if (!fresh) return std::unexpected(fresh.error());
  const auto files = collect::starter_files(lab, root);
  if (!files) return std::unexpected(files.error());
  const fs::path from = root / lab.starter.at("from").get<std::string>();
  Skeleton skeleton;
  for (const collect::StarterFile& file : *files)
    if (auto written = write_one(file, from / file.name, fresh->path() / file.name, skeleton); !written)
      return std::unexpected(written.error());
  if (const std::string data = lab.starter.value("data", ""); !data.empty()) {
    const collect::Collector* collector = collect::find_collector(lab.collector);
    if (auto written = collector->write_data(lab, data, fresh->path()); !written)
      return std::unexpected(written.error());
  }
  std::error_code error;
  fs::permissions(fresh->path(), fs::perms(0755), error);
  if (auto placed = replace_directory(fresh->path(), target); !placed) return std::unexpected(placed.error());
  fresh->keep();
  return skeleton;
}

}  // namespace memgrade::starter
