// The settings of the collector `linux_module` as values, parsed once when a submission is prepared. Names
// and defaults stand in the schema (schema.cpp), and nowhere else: what is read here has been through it.
#pragma once

#include <harness/base/json.hpp>
#include <harness/collect/edits.hpp>
#include <harness/exec/process.hpp>
#include <harness/vm/linux/guest.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

inline constexpr const char* edit_match = "matches";  // the key of an edit's expression

// An entry of `shapes`: a kind of submission.
struct ModuleVariant {
  struct EditOf {
    Edit edit;
    std::vector<std::string> kernels;  // the series that it is made for; empty: all
  };
  std::string name;
  std::optional<std::string> matches;  // nothing: every file is of this variant
  std::optional<std::string> kbuild;   // a Kbuild of its own: then nothing of our folder is used
  std::vector<std::string> kernels;    // in the place of the lab's, when there are any
  Json values = Json::object();        // in the place of the lab's
  std::string note;
  std::vector<EditOf> edits;

  [[nodiscard]] std::vector<Edit> edits_for(const std::string& series) const;
};

struct ModuleSettings {
  std::string folder, module, student;
  std::vector<std::string> kernels;
  std::map<std::string, std::vector<std::string>>
      programs;                                            // compiler, sources and libraries, as one command
  Json values = Json::object(), scripts = Json::object();  // for steps
  std::vector<ModuleVariant> variants;
  exec::Limits build;
  vm::JobLimits job;

  // The lab's with the variant's in their place.
  [[nodiscard]] Json values_for(const ModuleVariant& variant) const;
  [[nodiscard]] const std::vector<std::string>& kernels_for(const ModuleVariant& variant) const;
};
[[nodiscard]] ModuleSettings module_settings(const Json& lab);

}  // namespace memgrade::collect
