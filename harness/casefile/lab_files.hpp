// One lab's case files, read but not yet understood; and the check of them all together.
#pragma once

#include <filesystem>
#include <harness/casefile/casefile.hpp>
#include <harness/casefile/validate.hpp>
#include <harness/casefile/yaml_source.hpp>
#include <string>
#include <vector>

namespace memgrade::casefile {

struct TaskFile {
  std::string name;  // of the file, without .yaml
  Document document;
};

struct LabFiles {
  std::filesystem::path directory;
  std::string name;  // of the folder
  Document lab;
  std::vector<TaskFile> tasks;              // sorted by name
  std::vector<CaseDiagnostic> diagnostics;  // of the folder itself
};

// Reads what is there; never fails, what cannot be read has a complaint.
[[nodiscard]] LabFiles read_lab_files(const std::filesystem::path& directory);

// Pure. The lab is there when nothing is wrong with any file; complaints are sorted, each once.
[[nodiscard]] Loaded check_lab(const LabFiles& files, const Vocabulary& vocabulary, const Roots& roots = {});

void sort_diagnostics(std::vector<CaseDiagnostic>& diagnostics);

}  // namespace memgrade::casefile
