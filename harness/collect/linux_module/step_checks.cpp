#include <fmt/format.h>

#include <algorithm>
#include <harness/base/placeholders.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/linux_module/step_checks.hpp>
#include <harness/collect/linux_module/steps.hpp>
#include <harness/vm/linux/step_verbs.hpp>

namespace memgrade::collect {
namespace {

constexpr int kDeepestUse = 4;

class StepCheck {
 public:
  explicit StepCheck(const Json& lab)
      : scripts_(lab.value("scripts", Json::object())),
        values_(lab.value("values", Json::object())),
        programs_(keys_of(lab.value("programs", Json::object()))),
        module_(lab.value("module", "")) {
    for (const Json& variant : lab.value("shapes", Json::array()))
      values_.update(variant.value("values", Json::object()));
  }
  void lines(const Json& lines, const std::string& pointer, int depth);
  std::vector<SettingDiagnostic> diagnostics;

 private:
  using Known = std::vector<std::string>;
  void line(const std::string& text, const std::string& pointer, int depth);
  void fill(std::string& word, const std::string& pointer);
  void use(const std::string& script, const std::string& pointer, int depth);
  void argument(const vm::StepVerb& verb, const vm::StepArgument& argument, const std::string& word,
                const std::string& pointer);
  void look_up(std::string_view what, const std::string& name, const Known& known,
               const std::string& pointer) {
    if (std::ranges::find(known, name) == known.end())
      diagnostics.push_back({pointer, fmt::format("{} '{}'{}", what, name, did_you_mean(name, known))});
  }

  Json scripts_, values_;
  Known programs_;
  std::string module_;
  Known started_;  // processes, by the names of the steps that started them
};

// Values are put in, as far as there are any; a process that {pid:…} names must run.
void StepCheck::fill(std::string& word, const std::string& pointer) {
  auto filled = fill_placeholders(word, [&](const Placeholder& one) -> Result<std::optional<std::string>> {
    const std::string name(one.name);
    if (name == "pid" && !one.form.empty()) {
      look_up("no step before starts a process", std::string(one.form), started_, pointer);
      return std::nullopt;
    }
    const auto value = values_.find(name);
    if (value != values_.end()) return value->is_string() ? value->get<std::string>() : value->dump();
    look_up("there is no value", name, keys_of(values_), pointer);
    return std::nullopt;
  });
  if (filled) word = std::move(*filled);
}

void StepCheck::use(const std::string& script, const std::string& pointer, int depth) {
  if (!scripts_.contains(script)) return look_up("no script", script, keys_of(scripts_), pointer);
  if (depth < kDeepestUse) lines(scripts_[script], "lab:/scripts/" + script, depth + 1);
}

void StepCheck::argument(const vm::StepVerb& verb, const vm::StepArgument& argument, const std::string& word,
                         const std::string& pointer) {
  if (argument.name == "PROC") {
    // `observe` takes a number, or itself, too.
    const bool other = word == "self" || word.find_first_not_of("0123456789") == word.npos;
    if (verb.verb != "observe" || !other) look_up("no step before starts a process", word, started_, pointer);
  } else if (argument.name == "FILE") {
    look_up("the job has no module", word, {module_ + ".ko"}, pointer);
  } else if (argument.name == "MODULE") {
    look_up("the job has no module", word, {module_}, pointer);
  } else if (argument.name == "PATH" && verb.verb.starts_with("start") && !word.starts_with('/')) {
    look_up("the lab has no program", word, programs_, pointer);
  } else if (!argument.choices.empty()) {
    look_up(fmt::format("'{}' knows no", verb.verb), word, argument.choices, pointer);
  }
}

void StepCheck::line(const std::string& text, const std::string& pointer, int depth) {
  auto step = parse_step(text);
  if (!step) return diagnostics.push_back({pointer, step.error().message});
  for (std::string& word : step->words) fill(word, pointer);
  if (step->verb() == "use") return use(step->name(), pointer, depth);
  const vm::StepVerb& verb = *vm::find_step_verb(step->verb());
  const auto arguments = vm::arguments_of(verb);
  for (std::size_t i = 1; i < step->words.size() && !arguments.empty(); ++i)
    argument(verb, arguments[std::min(i, arguments.size()) - 1], step->words[i], pointer);
  if (verb.verb == "start" || verb.verb == "startroot") started_.push_back(step->name());
}

void StepCheck::lines(const Json& lines, const std::string& pointer, int depth) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    line(lines[i].get<std::string>(), fmt::format("{}/{}", pointer, i), depth);
}

}  // namespace

std::vector<SettingDiagnostic> inspect_steps(const Json& lab, const Json& guest, const std::string& pointer) {
  StepCheck check(lab);
  check.lines(guest.at("steps"), pointer + "/steps", 0);
  return std::move(check.diagnostics);
}

}  // namespace memgrade::collect
