#include <fmt/format.h>
#include <re2/re2.h>
#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/name_checks.hpp>
#include <harness/casefile/task_checks.hpp>

namespace memgrade::casefile {
namespace {

bool earns(const Json& check) {
  const Json& params = check.at("params");
  return !params.value("gate", false) && params.value("weight", 1.0) > 0;
}

void check_judge(Checked& task) {
  const Json& json = task.value;
  if (!task.sound("/judge") || !task.sound("/manual") || !task.sound("/informational")) return;
  const Json judge = json.value("judge", Json::array());
  for (std::size_t i = 0; i < judge.size(); ++i) {
    const std::string pointer = fmt::format("/judge/{}/params", i);
    const bool gate = judge[i].at("params").value("gate", false);
    if (!gate && task.places.contains(pointer + "/cap")) {
      task.diagnose(pointer + "/cap", "'cap' means nothing without 'gate: true'");
    }
  }
  if (json.value("manual", false)) return;
  if (judge.empty() && !json.value("informational", false)) {
    task.diagnose("/judge", "'judge' has no check; only a manual or informational task can do without");
  } else if (!judge.empty() && task.sound("/points") && json.value("points", 0.0) > 0 &&
             std::ranges::none_of(judge, earns)) {
    task.diagnose("/points",
                  fmt::format("nobody can earn these points ({}): every check is a gate or has no weight",
                              plain_number(json.value("points", 0.0))));
  }
}

// A task or a check for a shape that nothing has would never be done.
void check_variants(Checked& task, const LabSettings& from) {
  const std::vector<std::string> known = variants_of(from.collector, *from.settings);
  const auto check_names = [&](const std::string& pointer, const Json& variants) {
    for (std::size_t i = 0; i < variants.size(); ++i) {
      const auto name = variants[i].get<std::string>();
      if (std::ranges::find(known, name) != known.end()) continue;
      task.diagnose(fmt::format("{}/{}", pointer, i),
                    fmt::format("this lab knows no shape {}{}", shown(name), did_you_mean(name, known)));
    }
  };
  if (task.sound("/shapes")) check_names("/shapes", task.value.value("shapes", Json::array()));
  if (!task.sound("/judge")) return;
  const Json judge = task.value.value("judge", Json::array());
  for (std::size_t i = 0; i < judge.size(); ++i)
    check_names(fmt::format("/judge/{}/params/shapes", i),
                judge[i].at("params").value("shapes", Json::array()));
}

}  // namespace

std::vector<std::string> variants_of(const CollectorSpec& collector, const Json& settings) {
  return collector.variants ? collector.variants(settings) : std::vector<std::string>();
}

void check_schema(Checked& checked) {
  if (!checked.value.contains("schema") || !checked.sound("/schema") || checked.value["schema"] == 1) return;
  checked.diagnose("/schema", fmt::format("'schema' must be 1, found {}", checked.value["schema"].dump()));
}

void check_task(Checked& task, const std::string& file_name) {
  check_schema(task);
  if (task.value.contains("task") && task.sound("/task") && task.value["task"] != file_name) {
    task.diagnose("/task", fmt::format("the task is called {}, its file {}.yaml",
                                       shown(task.value["task"].get<std::string>()), file_name));
  }
  check_judge(task);
}

void check_fact_uses(Checked& checked, std::string_view below, const std::vector<std::string>& known) {
  for (const FactUse& use : checked.facts) {
    if (!use.pointer.starts_with(below) || std::ranges::find(known, use.name) != known.end()) continue;
    const std::string near = use.name.size() > 100 ? "" : did_you_mean(use.name, known);
    checked.diagnose(use.pointer, fmt::format("unknown fact {}{}", shown(use.name), near));
  }
}

void check_settings(Checked& task, Checked& lab, const LabSettings& from) {
  if (from.facts == nullptr) return;
  const bool sound = task.sound("/collect");
  check_fact_uses(task, "/collect/", *from.facts);
  if (from.settings == nullptr || !sound) return;
  const Json collect = task.value.value("collect", Json::object());
  NameTable names;
  if (from.collector.names) names = from.collector.names(*from.settings, collect);
  if (from.collector.fact_names) {
    const std::vector<std::string> facts = from.collector.fact_names(*from.settings, collect, *from.facts);
    check_fact_uses(task, "/judge/", facts);
    add_columns(names, facts);
  }
  check_name_uses(task, names);
  check_variants(task, from);
  if (!from.collector.inspect) return;
  for (const SettingDiagnostic& diagnostic : from.collector.inspect(*from.settings, collect)) {
    const std::string& pointer = diagnostic.pointer;
    if (pointer.starts_with("lab:")) {
      lab.diagnose("/" + from.collector.name + pointer.substr(4), diagnostic.message);
    } else {
      task.diagnose("/collect" + pointer, diagnostic.message);
    }
  }
}

std::vector<std::string> lab_fact_names(const Json& facts) {
  std::vector<std::string> names;
  for (const auto& [name, definition] : facts.items()) {
    names.push_back(name);
    if (const auto numbers = definition.find("numbers");
        numbers != definition.end() && numbers->is_object()) {
      names.push_back(name + ".rows");
      for (const Json& column : numbers->value("columns", Json::array()))
        names.push_back(name + "." + column.value("name", ""));
    }
    const auto table = definition.find("table");
    if (table == definition.end() || !table->is_object() || !table->contains("columns")) continue;
    names.push_back(name + ".rows");
    for (const auto& [column, type] : (*table)["columns"].items()) names.push_back(name + "." + column);
  }
  return names;
}

bool is_fact_name(std::string_view name) {
  static const RE2 pattern("[A-Za-z_][A-Za-z0-9_]*");
  return RE2::FullMatch({name.data(), name.size()}, pattern);
}

}  // namespace memgrade::casefile
