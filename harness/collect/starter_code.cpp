#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/strip_solutions.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/starter_code.hpp>

namespace memgrade::collect {
namespace {

bool is_handed_out(const Json& starter, const std::string& file) {
  const Json globs = starter.value("files", Json::array());
  return globs.empty() || std::ranges::any_of(globs, [&](const Json& glob) {
           return glob_matches(glob.get<std::string>(), file);
         });
}

}  // namespace

Result<std::vector<StarterFile>> starter_files(const Lab& lab, const std::filesystem::path& root) {
  std::vector<StarterFile> handed_out;
  if (!lab.starter.is_object() || !lab.starter.contains("from")) return handed_out;
  const fs::path from = root / lab.starter.at("from").get<std::string>();
  const auto files = list_files(from);
  if (!files) return std::unexpected(files.error());
  for (const fs::path& file : *files) {
    if (!is_handed_out(lab.starter, file.string())) continue;
    const auto text = read_file(from / file);
    if (!text) return std::unexpected(text.error());
    auto stripped = strip_solutions(*text, file.string());
    if (!stripped) return std::unexpected(stripped.error());
    handed_out.push_back({file.string(), std::move(stripped->text), std::move(stripped->parts)});
  }
  return handed_out;
}

bool is_starter_code(const std::vector<StarterFile>& handed_out, const std::filesystem::path& directory) {
  bool any = false;
  for (const StarterFile& file : handed_out) {
    if (file.parts.empty()) continue;
    const auto text = read_file(directory / file.name);
    if (!text || *text != file.text) return false;
    any = true;
  }
  return any;
}

bool are_starter_files(const std::vector<StarterFile>& handed_out, const std::filesystem::path& directory,
                       const std::vector<std::filesystem::path>& files) {
  return std::ranges::all_of(files, [&](const fs::path& file) {
    const auto text = read_file(directory / file);
    return text && std::ranges::any_of(handed_out, [&](const StarterFile& one) {
             return one.name == file.string() && one.text == *text;
           });
  });
}

}  // namespace memgrade::collect
