#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/collect.hpp>
#include <harness/starter/markers.hpp>
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

bool is_wanted(const Json& starter, const std::string& file) {
  const auto matches = [&](const Json& globs) {
    return std::ranges::any_of(globs,
                               [&](const Json& glob) { return glob_matches(glob.get<std::string>(), file); });
  };
  const Json files = starter.value("files", Json::array());
  return files.empty() || matches(files);
}

Status copy_stripped(const fs::path& from, const fs::path& to, const std::string& name, Skeleton& skeleton) {
  const auto text = read_file(from);
  if (!text) return std::unexpected(text.error());
  auto stripped = strip_solutions(*text, name);
  if (!stripped) return std::unexpected(stripped.error());
  if (auto made = make_directories(to.parent_path()); !made) return made;
  if (auto written = write_file(to, stripped->text); !written) return written;
  skeleton.files.push_back(name);
  for (const std::string& part : stripped->parts) skeleton.parts.push_back(fmt::format("{}: {}", name, part));
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
  const fs::path from = root / lab.starter.at("from").get<std::string>();
  const auto files = list_files(from);
  if (!files) return std::unexpected(files.error());
  Skeleton skeleton;
  for (const fs::path& file : *files) {
    if (!is_wanted(lab.starter, file.string())) continue;
    if (auto copied = copy_stripped(from / file, fresh->path() / file, file.string(), skeleton); !copied)
      return std::unexpected(copied.error());
  }
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
