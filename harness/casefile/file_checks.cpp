#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/casefile/file_checks.hpp>
#include <harness/casefile/name_checks.hpp>
#include <optional>

namespace memgrade::casefile {
namespace {

// "include/vmsim" of "include/vmsim/*.hpp"
std::string before_wildcards(const std::string& name) {
  const std::size_t wildcard = name.find_first_of("*?[");
  if (wildcard == std::string::npos) return name;
  const std::size_t slash = name.rfind('/', wildcard);
  return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

std::vector<std::string> entries_of(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  return names;
}

// What could be meant by the first part of the path that is not there ("": nothing); nullopt when all are.
std::optional<std::string> suggestion_for(fs::path at, const fs::path& path) {
  for (const fs::path& part : path) {
    std::error_code ignored;
    if (!fs::exists(at / part, ignored)) return did_you_mean(part.string(), entries_of(at));
    at /= part;
  }
  return std::nullopt;
}

// Likewise, of all roots.
std::optional<std::string> suggestion_in(const std::vector<fs::path>& roots, const fs::path& path) {
  std::string suggestion;
  for (const fs::path& root : roots) {
    const auto here = suggestion_for(root, path);
    if (!here) return std::nullopt;
    if (suggestion.empty()) suggestion = *here;
  }
  return suggestion;
}

}  // namespace

void check_files(Checked& lab, const std::vector<fs::path>& roots) {
  if (roots.empty()) return;
  for (const NameUse& use : lab.names) {
    const bool students = use.reference.kind == "student's file";
    if (use.reference.kind != "file" && !students) continue;
    const std::string folder = use.reference.owner.empty() ? "" : owner_of(lab, use);
    if (!folder.empty() && suggestion_in(roots, folder)) continue;  // the folder has its own complaint
    const fs::path path = fs::path(folder) / before_wildcards(use.name);
    const auto suggestion = suggestion_in(roots, path);
    if (!suggestion || (students && suggestion->empty())) continue;
    lab.diagnose(use.pointer, fmt::format("there is no file {}{}", shown(path.string()), *suggestion));
  }
}

}  // namespace memgrade::casefile
