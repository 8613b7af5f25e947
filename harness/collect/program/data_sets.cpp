#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/oracle/generators.hpp>

namespace memgrade::collect {
namespace {

Result<oracle::Files> generate_set(const Json& generators) {
  oracle::Files files;
  for (const auto& [name, generator] : generators.items()) {
    auto bytes = generate(generator, Json::object(), files);
    if (!bytes) return std::unexpected(bytes.error());
    files[name] = std::move(*bytes);
  }
  return files;
}

Result<oracle::Files> read_set(const Json& generators, const fs::path& directory) {
  std::vector<std::string> wanted;
  for (const auto& [name, unused] : generators.items()) wanted.push_back(name);
  oracle::Files files;
  for (const std::string& name : wanted) {
    std::error_code ignored;
    if (!fs::is_regular_file(directory / name, ignored))
      return fail(ErrorKind::usage,
                  fmt::format("the data set has no file {}; --dataset needs a directory with {}", name,
                              join(wanted, " and ")),
                  show_path(directory));
    auto bytes = read_file(directory / name, 64ULL << 20);
    if (!bytes) return std::unexpected(bytes.error());
    files[name] = std::move(*bytes);
  }
  return files;
}

}  // namespace

Result<std::string> generate(const Json& generator, const Json& values, const oracle::Files& files) {
  const std::string name = generator.value("name", "");
  const oracle::Generator* known = oracle::find_generator(name);
  if (!known) return fail(ErrorKind::case_file, fmt::format("no generator '{}'", name));
  auto params = fill(generator.value("params", Json::object()), values);
  if (!params) return std::unexpected(params.error());
  return known->make(*params, files);
}

Result<DataSets> DataSets::make(const Json& lab_settings, const std::optional<fs::path>& dataset) {
  DataSets sets;
  for (const auto& [name, set] : lab_settings.at("data").items()) {
    const Json& generators = set.at("files");
    const bool replaced = dataset && set.value("replaceable", false);
    auto files = replaced ? read_set(generators, *dataset) : generate_set(generators);
    if (!files) return std::unexpected(files.error());
    sets.sets_[name] = std::move(*files);
  }
  return sets;
}

Result<oracle::Files> DataSets::with(const std::string& name, const Json& overrides,
                                     const Json& values) const {
  oracle::Files files = set(name);
  if (!overrides.is_object()) return files;
  for (const auto& [file, generator] : overrides.items()) {
    auto bytes = generate(generator, values, files);
    if (!bytes) return std::unexpected(bytes.error());
    files[file] = std::move(*bytes);
  }
  return files;
}

Places DataSets::places(const std::string& lab, const std::string& name, const Json& overrides,
                        const std::string& own) const {
  Places places;
  for (const auto& [file, bytes] : set(name)) places[file] = inputs_folder(lab, name) + "/" + file;
  if (overrides.is_object())
    for (const auto& [file, generator] : overrides.items()) places[file] = own + "/" + file;
  return places;
}

std::string inputs_folder(const std::string& lab, const std::string& folder) {
  return fmt::format("inputs/{}/{}", lab, folder);
}

Status write_named(const oracle::Files& files, const Places& places, const fs::path& directory) {
  for (const auto& [name, place] : places) {
    const auto file = files.find(name);
    std::error_code ignored;
    if (file == files.end() || fs::exists(directory / place, ignored)) continue;
    if (auto made = make_directories((directory / place).parent_path()); !made) return made;
    if (auto written = write_file(directory / place, file->second); !written) return written;
  }
  return {};
}

Status write_files(const oracle::Files& files, const fs::path& directory) {
  for (const auto& [name, bytes] : files)
    if (auto written = write_file(directory / name, bytes); !written) return written;
  return {};
}

}  // namespace memgrade::collect
