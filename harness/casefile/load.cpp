// The public functions of the module: folders in, labs and complaints out.
#include <fmt/format.h>
#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/casefile/lab_files.hpp>
#include <iterator>
#include <map>

namespace memgrade::casefile {
namespace {

// Folders of `cases` that hold something called lab.yaml, sorted.
Result<std::vector<fs::path>> lab_directories(const fs::path& cases) {
  std::error_code error;
  std::vector<fs::path> directories;
  for (fs::directory_iterator entry(cases, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code inconclusive;
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden || !entry->is_directory(inconclusive)) continue;
    const auto status = fs::symlink_status(entry->path() / "lab.yaml", inconclusive);
    if (status.type() != fs::file_type::not_found) directories.push_back(entry->path());
  }
  if (error) return fail(ErrorKind::io, "cannot read the case files: " + error.message(), show_path(cases));
  std::ranges::sort(directories);
  return directories;
}

// Where a lab says its name, also one that has mistakes elsewhere.
struct Named {
  std::string name;
  Place place;
};
std::vector<Named> lab_name(const Document& document) {
  if (!document.root) return {};
  for (const auto& [key, value] : document.root->entries) {
    if (key->text == "lab" && value->kind == YamlNode::Kind::scalar) {
      return {{value->text, {document.file, value->line, value->column}}};
    }
  }
  return {};
}

}  // namespace

std::string CaseDiagnostic::text() const {
  return fmt::format("{}:{}:{}: {}", place.file, place.line, place.column, message);
}

Loaded load_lab(const fs::path& lab_directory, const Vocabulary& vocabulary, const Roots& roots) {
  return check_lab(read_lab_files(lab_directory), vocabulary, roots);
}

Result<Loaded> load_cases(const fs::path& cases, const Vocabulary& vocabulary, const Roots& roots) {
  const auto directories = lab_directories(cases);
  if (!directories) return std::unexpected(directories.error());
  Loaded all;
  std::map<std::string, Place> names;
  for (const fs::path& directory : *directories) {
    const LabFiles files = read_lab_files(directory);
    Loaded one = check_lab(files, vocabulary, roots);
    for (const Named& named : lab_name(files.lab)) {
      const auto [first, fresh] = names.emplace(named.name, named.place);
      if (fresh) continue;
      const Place& place = first->second;
      one.diagnostics.push_back(
          {named.place, fmt::format("the lab {} is already in {}:{}:{}", shown(named.name), place.file,
                                    place.line, place.column)});
      one.labs.clear();
    }
    std::ranges::move(one.labs, std::back_inserter(all.labs));
    std::ranges::move(one.diagnostics, std::back_inserter(all.diagnostics));
  }
  std::ranges::sort(all.labs, {}, &Lab::name);
  sort_diagnostics(all.diagnostics);
  return all;
}

}  // namespace memgrade::casefile
