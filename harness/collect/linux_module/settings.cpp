#include <algorithm>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/linux_module/settings.hpp>

namespace memgrade::collect {
namespace {

std::optional<std::string> optional_text(const Json& object, const char* key) {
  return object.contains(key) ? std::optional(object.at(key).get<std::string>()) : std::nullopt;
}

ModuleVariant::EditOf edit_of_module(const Json& edit) {
  return {edit_from(edit, edit_match), texts(edit.at("kernels"))};
}

ModuleVariant variant_from(const Json& shape) {
  ModuleVariant variant;
  variant.name = shape.at("shape").get<std::string>();
  variant.matches = optional_text(shape, "matches");
  variant.kbuild = optional_text(shape, "kbuild");
  variant.kernels = texts(shape.at("kernels"));
  variant.values = shape.at("values");
  variant.note = shape.at("note").get<std::string>();
  std::ranges::transform(shape.at("edits"), std::back_inserter(variant.edits), edit_of_module);
  return variant;
}

std::vector<std::string> command_from(const Json& program) {
  std::vector<std::string> argv = texts(program.at("compiler"));
  for (const char* part : {"sources", "libraries"})
    std::ranges::move(texts(program.at(part)), std::back_inserter(argv));
  return argv;
}

vm::JobLimits job_limits_from(const Json& job) {
  vm::JobLimits limits;
  limits.wall_s = job.at("wall").get<double>();
  limits.cpu_s = job.at("cpu").get<double>();
  limits.evidence_bytes = job.at("evidence").get<std::uint64_t>();
  return limits;
}

}  // namespace

std::vector<Edit> ModuleVariant::edits_for(const std::string& series) const {
  std::vector<Edit> chosen;
  for (const EditOf& one : edits)
    if (one.kernels.empty() || std::ranges::find(one.kernels, series) != one.kernels.end())
      chosen.push_back(one.edit);
  return chosen;
}

Json ModuleSettings::values_for(const ModuleVariant& variant) const {
  Json all = values;
  all.update(variant.values);
  return all;
}

const std::vector<std::string>& ModuleSettings::kernels_for(const ModuleVariant& variant) const {
  return variant.kernels.empty() ? kernels : variant.kernels;
}

ModuleSettings module_settings(const Json& lab) {
  ModuleSettings settings;
  settings.folder = lab.at("folder").get<std::string>();
  settings.module = lab.at("module").get<std::string>();
  settings.student = lab.at("student").get<std::string>();
  settings.kernels = texts(lab.at("kernels"));
  for (const auto& [name, program] : lab.at("programs").items())
    settings.programs.emplace(name, command_from(program));
  settings.values = lab.at("values");
  settings.scripts = lab.at("scripts");
  std::ranges::transform(lab.at("shapes"), std::back_inserter(settings.variants), variant_from);
  settings.build = limits_from(lab.at("limits").at("build"));
  settings.job = job_limits_from(lab.at("limits").at("job"));
  return settings;
}

}  // namespace memgrade::collect
