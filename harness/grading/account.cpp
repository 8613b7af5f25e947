#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/grading/account.hpp>

namespace memgrade::grading {

std::vector<std::string> account_of(const LabRun& run, const std::filesystem::path& root) {
  std::vector<std::string> lines;
  for (const PlaceOfWork& place : run.lab_submission.places) {
    std::vector<std::string> names;
    for (const std::filesystem::path& file : place.files) names.push_back(file.string());
    const std::string where = place.directory.lexically_relative(root).string();
    lines.push_back(fmt::format("found in {}: {}", printable(where == "." ? "the top folder" : where),
                                names.empty() ? "as was said" : printable(join(names, ", "))));
  }
  if (run.workspace)
    for (const std::string& line : run.workspace->account()) lines.push_back(printable(line));
  return lines;
}

}  // namespace memgrade::grading
