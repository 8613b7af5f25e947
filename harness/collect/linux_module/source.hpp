// The student's file of a module lab: which one it is, which shape it has, and what of it was edited.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/edits.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

struct ModuleSource {
  std::string file;               // relative to the submission; "" when there is none
  std::string text;               // as it was handed in
  Json variant = Json::object();  // the entry of lab.yaml that it matches; empty when the lab has no shapes
  std::vector<std::string> notes;
  std::vector<std::string> missing;  // why there is nothing to build, for the student
  [[nodiscard]] std::string variant_name() const { return variant.value("shape", ""); }
};

// The file that the lab names; without it the one other C file with a module in it. What is in the way
// (none, several) is the student's, and stands in `missing`.
[[nodiscard]] Result<ModuleSource> find_module_source(const Lab& lab, const LabSubmission& submission);

// A C file with a module that names itself as the lab's does: "ktest", /sys/kernel/mm/ktest or ktestrun.
[[nodiscard]] bool reads_like_the_module(const Lab& lab, const std::filesystem::path& root,
                                         const std::filesystem::path& file);

// The lab's values with the shape's in their place.
[[nodiscard]] Json values_for(const Lab& lab, const Json& variant);

// The shape's edits for a kernel of that series.
[[nodiscard]] std::vector<Edit> edits_for(const Json& variant, const std::string& series);

}  // namespace memgrade::collect
