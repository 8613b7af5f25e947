// The student's file of a module lab: which one it is, which shape it has, and what of it was edited.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/linux_module/settings.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

struct ModuleSource {
  std::string file;       // relative to the submission; "" when there is none
  std::string text;       // as it was handed in
  ModuleVariant variant;  // the entry of lab.yaml that it matches; without a name when the lab has none
  std::vector<std::string> notes;
  std::vector<std::string> missing;  // why there is nothing to build, for the student
};

// The file that the lab names; without it the one other C file with a module in it. What is in the way
// (none, several) is the student's, and stands in `missing`.
[[nodiscard]] Result<ModuleSource> find_module_source(const ModuleSettings& settings,
                                                      const LabSubmission& submission);

// A C file with a module that names itself as the lab's does: "ktest", /sys/kernel/mm/ktest or ktestrun.
[[nodiscard]] bool reads_like_the_module(const Lab& lab, const std::filesystem::path& root,
                                         const std::filesystem::path& file);

}  // namespace memgrade::collect
