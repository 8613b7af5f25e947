// What the keys alone cannot tell: one file against another, and what a name means.
//
// Each file is validated by itself first; a cross-check looks only at parts in which nothing was found, so
// that one mistake gives one complaint.
#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/casefile/cycles.hpp>
#include <harness/casefile/file_checks.hpp>
#include <harness/casefile/groups.hpp>
#include <harness/casefile/lab_files.hpp>
#include <harness/casefile/lab_schema.hpp>
#include <harness/casefile/name_checks.hpp>
#include <harness/casefile/question_rules.hpp>
#include <harness/casefile/task_checks.hpp>
#include <harness/casefile/typed.hpp>
#include <set>

namespace memgrade::casefile {
namespace {

struct CheckedTask {
  std::string file_name;
  bool readable = false;  // as a mapping
  Checked checked;
};

class LabCheck {
 public:
  LabCheck(const LabFiles& files, const Vocabulary& vocabulary, const Roots& roots)
      : files_(files), vocabulary_(vocabulary), roots_(roots), tables_(term_tables(vocabulary)) {}
  Loaded run();

 private:
  void check_lab_file();
  void check_facts();
  void check_collector();
  void check_tasks();
  void check_list();
  void check_needs();
  void check_questions();
  void check_sum();
  void check_sum(const std::string& variant);
  Loaded result() const;
  const CheckedTask* file_of(std::string_view name) const {
    const auto found = std::ranges::find(tasks_, name, &CheckedTask::file_name);
    return found == tasks_.end() ? nullptr : &*found;
  }

  const LabFiles& files_;
  const Vocabulary& vocabulary_;
  const Roots& roots_;
  TermTables tables_;
  const CollectorSpec* collector_ = nullptr;
  Checked lab_;
  std::vector<CheckedTask> tasks_;
  std::vector<CaseDiagnostic> group_diagnostics_;
  std::vector<std::string> listed_;  // in order, each once
  bool list_sound_ = false;
  bool settings_sound_ = false;  // as they stood before the tasks were looked at
  bool facts_sound_ = false;
  std::vector<std::string> fact_names_;
};

bool is_for(const Json& task, const std::string& variant) {
  const Json variants = task.value("shapes", Json::array());
  return variants.empty() || std::ranges::any_of(variants, [&](const Json& one) { return one == variant; });
}

// Every shape that `task` is for, `needed` is for too: a task that does not exist never passes.
bool exists_wherever(const Json& needed, const Json& task) {
  const Json variants = task.value("shapes", Json::array());
  if (needed.value("shapes", Json::array()).empty()) return true;
  return !variants.empty() && std::ranges::all_of(variants, [&](const Json& one) {
    return is_for(needed, one.get<std::string>());
  });
}

// The collector decides which keys there are, so it is looked up before anything is checked.
const CollectorSpec* collector_of(const Document& document, const Vocabulary& vocabulary) {
  if (!document.root) return nullptr;
  for (const auto& [key, value] : document.root->entries) {
    if (key->text == "collector") return find_collector(vocabulary, value->text);
  }
  return nullptr;
}

void LabCheck::check_lab_file() {
  collector_ = collector_of(files_.lab, vocabulary_);
  lab_ = validate(files_.lab, lab_fields(vocabulary_, collector_), tables_, {"groups"});
  if (collector_ != nullptr && !lab_.value.contains(collector_->name) && lab_.sound("/" + collector_->name)) {
    // A section that is not there is an empty one: its required keys are missing.
    for (const FieldSpec& spec : collector_->lab_fields) {
      if (spec.required) {
        lab_.diagnose("/" + collector_->name,
                      fmt::format("missing key '{}' under '{}'", spec.key, collector_->name));
      }
    }
    Json empty = Json::object();
    fill_defaults(empty, collector_->lab_fields);
    lab_.value[collector_->name] = std::move(empty);
  }
  check_schema(lab_);
  if (lab_.value.contains("lab") && lab_.sound("/lab") && lab_.value["lab"] != files_.name) {
    lab_.diagnose("/lab", fmt::format("the lab is called {}, its folder {}",
                                      shown(lab_.value["lab"].get<std::string>()), shown(files_.name)));
  }
  check_facts();
  check_collector();
  check_files(lab_, roots_);
}

void LabCheck::check_facts() {
  if (!lab_.sound("/facts") || !lab_.value.contains("facts")) return;
  for (const auto& [name, definition] : lab_.value["facts"].items()) {
    const std::string pointer = "/facts" + pointer_step(name);
    if (!is_fact_name(name)) {
      lab_.diagnose_key(
          pointer, fmt::format("{} is no name of a fact; letters, digits and '_' make one", shown(name)));
    } else if (vocabulary_.inspect_fact) {
      for (const SettingDiagnostic& diagnostic : vocabulary_.inspect_fact(definition)) {
        lab_.diagnose(pointer + diagnostic.pointer, diagnostic.message);
      }
    }
  }
}

// Facts in the lab's own settings; and what the tasks may rely on.
void LabCheck::check_collector() {
  if (collector_ == nullptr) return;
  const std::string section = "/" + collector_->name;
  settings_sound_ = lab_.sound(section) && lab_.value.contains(collector_->name);
  facts_sound_ = lab_.sound("/facts") && lab_.value.contains("facts");
  if (!facts_sound_) return;
  fact_names_ = lab_fact_names(lab_.value["facts"]);
  check_fact_uses(lab_, section + "/", fact_names_);
  if (settings_sound_ && collector_->names)
    check_name_uses(lab_, collector_->names(lab_.value[collector_->name], Json::object()));
}

void LabCheck::check_tasks() {
  const std::vector<FieldSpec> fields = task_fields(collector_);
  std::vector<std::string> unchecked;
  if (collector_ == nullptr) unchecked.emplace_back("collect");
  for (const TaskFile& file : files_.tasks) {
    const auto [document, diagnostics] = with_groups(file.document, files_.lab);
    const NodePtr& root = document.root;
    CheckedTask task{file.name, root && root->kind == YamlNode::Kind::mapping,
                     validate(document, fields, tables_, unchecked)};
    std::ranges::copy(diagnostics, std::back_inserter(group_diagnostics_));
    if (task.readable) {
      check_task(task.checked, file.name);
      if (collector_ != nullptr) {
        const Json* settings = settings_sound_ ? &lab_.value[collector_->name] : nullptr;
        check_settings(task.checked, lab_, {*collector_, settings, facts_sound_ ? &fact_names_ : nullptr});
      }
    }
    tasks_.push_back(std::move(task));
  }
}

void LabCheck::check_list() {
  list_sound_ = lab_.value.contains("tasks") && lab_.sound("/tasks");
  if (!list_sound_) return;
  std::vector<std::string> present;
  for (const CheckedTask& task : tasks_) present.push_back(task.file_name);
  for (std::size_t i = 0; i < lab_.value["tasks"].size(); ++i) {
    const auto name = lab_.value["tasks"][i].get<std::string>();
    const std::string pointer = fmt::format("/tasks/{}", i);
    if (std::ranges::find(listed_, name) != listed_.end()) {
      lab_.diagnose(pointer, fmt::format("the task {} is listed twice", shown(name)));
      continue;
    }
    listed_.push_back(name);
    if (file_of(name) == nullptr) {
      lab_.diagnose(pointer, fmt::format("the task {} has no file {}.yaml beside lab.yaml{}", shown(name),
                                         name, did_you_mean(name, present)));
    }
  }
  for (CheckedTask& task : tasks_) {
    if (std::ranges::find(listed_, task.file_name) != listed_.end()) continue;
    task.checked.findings.push_back(
        {"",
         {{task.checked.places[""].file, 1, 1},
          fmt::format("the task {} is not listed under 'tasks' in lab.yaml", shown(task.file_name))}});
  }
}

void LabCheck::check_needs() {
  std::vector<Dependency> dependencies;
  std::vector<std::string> names = listed_;
  for (const CheckedTask& task : tasks_) names.push_back(task.file_name);
  const std::set<std::string> known(names.begin(), names.end());
  for (std::size_t index = 0; index < tasks_.size(); ++index) {
    Checked& checked = tasks_[index].checked;
    if (!checked.sound("/needs") || !checked.value.contains("needs")) continue;
    for (std::size_t i = 0; i < checked.value["needs"].size(); ++i) {
      const auto name = checked.value["needs"][i].value("task", "");
      const std::string pointer = fmt::format("/needs/{}/task", i);
      if (!known.contains(name)) {
        checked.diagnose(pointer,
                         fmt::format("there is no task {}{}", shown(name), did_you_mean(name, names)));
        continue;
      }
      dependencies.push_back({tasks_[index].file_name, name, index, pointer});
      const CheckedTask* needed = file_of(name);
      if (needed != nullptr && needed->checked.sound("/shapes") && checked.sound("/shapes") &&
          !exists_wherever(needed->checked.value, checked.value)) {
        checked.diagnose(pointer,
                         fmt::format("the task {} is not for every shape that this one is for", shown(name)));
      }
    }
  }
  for (const Cycle& cycle : find_cycles(dependencies, listed_)) {
    tasks_[cycle.dependency.owner].checked.diagnose(
        cycle.dependency.pointer, "the tasks need each other in a circle: " + join(cycle.names, " → "));
  }
}

void LabCheck::check_questions() {
  if (!list_sound_) return;
  std::vector<TitledTask> titled;
  for (const std::string& name : listed_) {
    TitledTask task{name, {}};
    const CheckedTask* file = file_of(name);
    if (file != nullptr && file->readable && file->checked.sound()) {
      task.checks.emplace();
      for (const CheckSpec& check : task_from(file->checked, vocabulary_).judge)
        task.checks->push_back(check.title);
    }
    titled.push_back(std::move(task));
  }
  check_question_rules(lab_, titled);
}

void LabCheck::check_sum() {
  if (!list_sound_ || !lab_.value.contains("points") || !lab_.sound("/points")) return;
  std::vector<std::string> variants;
  if (settings_sound_) variants = variants_of(*collector_, lab_.value[collector_->name]);
  if (variants.empty()) return check_sum("");
  for (const std::string& variant : variants) check_sum(variant);
}

void LabCheck::check_sum(const std::string& variant) {
  double sum = 0;
  for (const std::string& name : listed_) {
    const CheckedTask* task = file_of(name);
    // Without one of the summands a wrong sum is no news.
    if (task == nullptr || !task->readable || !task->checked.sound("/points")) return;
    const Json& json = task->checked.value;
    if (!task->checked.sound("/informational") || !task->checked.sound("/shapes")) return;
    if (!is_for(json, variant)) continue;
    if (!json.value("informational", false)) sum += json.value("points", 0.0);
  }
  const auto points = lab_.value["points"].get<double>();
  if (std::abs(sum - points) > 1e-9 * std::max(1.0, points)) {
    const std::string which = variant.empty() ? "" : fmt::format(" for the shape '{}'", variant);
    lab_.diagnose("/points", fmt::format("the tasks' points{} add up to {}, the lab says {}", which,
                                         plain_number(sum), plain_number(points)));
  }
}

Loaded LabCheck::result() const {
  Loaded loaded;
  loaded.diagnostics = files_.diagnostics;
  std::ranges::copy(group_diagnostics_, std::back_inserter(loaded.diagnostics));
  const auto take = [&](const Checked& checked) {
    for (const auto& finding : checked.findings) loaded.diagnostics.push_back(finding.diagnostic);
  };
  take(lab_);
  for (const CheckedTask& task : tasks_) take(task.checked);
  sort_diagnostics(loaded.diagnostics);
  if (!loaded.diagnostics.empty()) return loaded;
  Lab lab = lab_from(lab_);
  lab.directory = files_.directory;
  for (const std::string& name : listed_) lab.tasks.push_back(task_from(file_of(name)->checked, vocabulary_));
  loaded.labs.push_back(std::move(lab));
  return loaded;
}

Loaded LabCheck::run() {
  check_lab_file();
  check_tasks();
  check_list();
  check_needs();
  check_questions();
  check_sum();
  return result();
}

}  // namespace

Loaded check_lab(const LabFiles& files, const Vocabulary& vocabulary, const Roots& roots) {
  return LabCheck(files, vocabulary, roots).run();
}

}  // namespace memgrade::casefile
