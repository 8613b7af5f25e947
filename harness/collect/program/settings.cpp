#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/program/settings.hpp>

namespace memgrade::collect {
namespace {

std::vector<std::string> texts_of(const Json& holder, const char* key) {
  const auto found = holder.find(key);
  return found == holder.end() ? std::vector<std::string>() : texts(*found);
}

BuildRecipe recipe_of(const Json& settings) {
  return {settings.value("way", ""),     texts_of(settings, "needs"),    texts_of(settings, "argv"),
          texts_of(settings, "sources"), texts_of(settings, "compiler"), texts_of(settings, "libraries")};
}

CallSearch call_search_of(const Json& settings) {
  CallSearch search;
  search.probes = settings.at("probes").get<std::size_t>();
  search.seconds = settings.at("seconds").get<double>();
  search.wall_seconds = settings.at("wall_seconds").get<double>();
  search.programs = settings.at("programs").get<std::size_t>();
  for (const std::string& order : texts_of(settings, "orders")) search.orders.push_back(split_words(order));
  for (const auto& [name, argument] : settings.at("arguments").items()) {
    std::vector<std::string> spellings = texts_of(argument, "spellings");
    if (spellings.empty()) spellings.push_back("{" + name + "}");
    search.arguments.push_back({name, argument.value("file", ""), argument.value("output", false),
                                std::move(spellings), texts_of(argument, "options"),
                                texts_of(argument, "words"), argument.value("input", false)});
  }
  return search;
}

}  // namespace

const CallArgument* CallSearch::argument(std::string_view name) const {
  const auto found = std::ranges::find(arguments, name, &CallArgument::name);
  return found == arguments.end() ? nullptr : &*found;
}

ProgramSettings program_settings(const Json& lab) {
  ProgramSettings settings;
  for (const Json& recipe : lab.at("build")) settings.recipes.push_back(recipe_of(recipe));
  settings.warnings = texts_of(lab, "warnings");
  settings.sanitize = texts_of(lab, "sanitize");
  settings.programs = texts_of(lab, "programs");
  for (const Json& form : lab.at("forms")) {
    std::vector<std::string> programs = texts_of(form, "program");
    settings.forms.push_back(
        {programs.empty() ? settings.programs : programs, split_words(form.value("arguments", ""))});
  }
  settings.search = call_search_of(lab.at("call"));
  const Json& probe = lab.at("probe");
  settings.probe = {probe.value("data", ""), probe.value("files", Json()),
                    probe.at("over").get<std::vector<Json>>(), texts_of(probe, "compare")};
  const Json& recognition = lab.at("recognise");
  settings.recognition = {texts_of(recognition, "words"), recognition.at("at_least").get<std::size_t>()};
  settings.build_limits = limits_from(lab.at("limits").at("build"));
  settings.run_limits = limits_from(lab.at("limits").at("run"));
  return settings;
}

}  // namespace memgrade::collect
