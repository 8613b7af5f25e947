#include <fmt/format.h>
#include <re2/re2.h>
#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/question_rules.hpp>
#include <harness/model/checkoff.hpp>

namespace memgrade::casefile {
namespace {

constexpr int kMostGroups = 9;

std::vector<std::string> known_placeholders(const Json& rule) {
  if (!rule.contains("when")) return {"task", "check", "expected", "observed", "message", "hint"};
  std::vector<std::string> known = {"file", "line", "code"};
  const RE2 pattern(rule["when"].get<std::string>(), RE2::Quiet);
  const int groups = pattern.ok() ? std::min(pattern.NumberOfCapturingGroups(), kMostGroups) : 0;
  for (int group = 1; group <= groups; ++group) known.push_back(std::to_string(group));
  return known;
}

void check_kind(Checked& lab, const Json& rule, const std::string& pointer) {
  const bool when = rule.contains("when");
  const bool failed = rule.contains("failed");
  if (when == failed)
    lab.diagnose(pointer,
                 when ? "a rule has 'when' or 'failed', not both" : "a rule needs 'when' or 'failed'");
  if (!when && rule.contains("unless"))
    lab.diagnose(pointer + "/unless", "'unless' means nothing without 'when'");
  if (!failed && rule.contains("check"))
    lab.diagnose(pointer + "/check", "'check' means nothing without 'failed'");
}

void check_names(Checked& lab, const Json& rule, const std::string& pointer,
                 const std::vector<TitledTask>& tasks) {
  if (!rule.contains("failed")) return;
  const auto wanted = rule["failed"].get<std::string>();
  const auto task = std::ranges::find(tasks, wanted, &TitledTask::name);
  if (task == tasks.end()) {
    std::vector<std::string> names;
    for (const TitledTask& one : tasks) names.push_back(one.name);
    lab.diagnose(pointer + "/failed",
                 fmt::format("there is no task {}{}", shown(wanted), did_you_mean(wanted, names)));
    return;
  }
  if (!rule.contains("check") || !task->checks) return;
  const auto title = rule["check"].get<std::string>();
  if (std::ranges::find(*task->checks, title) == task->checks->end())
    lab.diagnose(pointer + "/check", fmt::format("the task {} has no check called {}{}", shown(wanted),
                                                 shown(title), did_you_mean(title, *task->checks)));
}

void check_question(Checked& lab, const Json& rule, const std::string& pointer) {
  const auto ask = rule.value("ask", "");
  if (trim(ask).empty()) lab.diagnose(pointer + "/ask", "'ask' is empty");
  const std::vector<std::string> known = known_placeholders(rule);
  for (const std::string& name : placeholders(ask))
    if (std::ranges::find(known, name) == known.end())
      lab.diagnose(pointer + "/ask", fmt::format("nothing is put in for {{{}}} here{}; there is {{{}}}", name,
                                                 did_you_mean(name, known), join(known, "}, {")));
}

}  // namespace

void check_question_rules(Checked& lab, const std::vector<TitledTask>& tasks) {
  if (!lab.sound("/checkoff") || !lab.value.contains("checkoff")) return;
  const Json rules = lab.value["checkoff"].value("questions", Json::array());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string pointer = fmt::format("/checkoff/questions/{}", i);
    check_kind(lab, rules[i], pointer);
    check_names(lab, rules[i], pointer, tasks);
    check_question(lab, rules[i], pointer);
  }
}

}  // namespace memgrade::casefile
