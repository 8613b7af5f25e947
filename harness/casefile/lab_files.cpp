#include <fmt/format.h>
#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/casefile/lab_files.hpp>

namespace memgrade::casefile {

LabFiles read_lab_files(const std::filesystem::path& directory) {
  LabFiles files;
  files.directory = directory;
  const fs::path named = directory.has_filename() ? directory : directory.parent_path();
  files.name = fs::weakly_canonical(named).filename().string();
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path path = entry->path();
    const bool hidden = path.filename().string().starts_with('.');
    if (!hidden && path.filename() != "lab.yaml") paths.push_back(path);
  }
  if (error) {
    files.diagnostics.push_back({{show_path(directory), 1, 1}, "cannot be read: " + error.message()});
    return files;
  }
  std::ranges::sort(paths);
  files.lab = read_document(directory / "lab.yaml");
  for (const fs::path& path : paths) {
    if (path.extension() == ".yaml") files.tasks.push_back({path.stem().string(), read_document(path)});
    if (path.extension() == ".yml") {
      files.diagnostics.push_back(
          {{show_path(path), 1, 1}, fmt::format("a case file is named {}.yaml", path.stem().string())});
    }
  }
  return files;
}

void sort_diagnostics(std::vector<CaseDiagnostic>& diagnostics) {
  const auto key = [](const CaseDiagnostic& diagnostic) {
    return std::tie(diagnostic.place.file, diagnostic.place.line, diagnostic.place.column,
                    diagnostic.message);
  };
  std::ranges::stable_sort(diagnostics, [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = [&](const auto& a, const auto& b) { return key(a) == key(b); };
  diagnostics.erase(std::ranges::unique(diagnostics, same).begin(), diagnostics.end());
}

}  // namespace memgrade::casefile
