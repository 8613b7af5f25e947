#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/lab_schema.hpp>
#include <harness/casefile/typed.hpp>

namespace memgrade::casefile {
namespace {

std::string readable(std::string_view word) {
  return replace_all(std::string(word), "_", " ");
}

std::vector<std::string> words(const Json& object, const char* key) {
  return object.value(key, std::vector<std::string>{});
}

CheckSpec check_from(const Json& named, Place place, const Vocabulary& vocabulary) {
  CheckSpec check;
  check.checker = named.at("name").get<std::string>();
  check.params = named.at("params");
  check.place = std::move(place);
  check.title = check.params.value("title", "");
  check.hint = check.params.value("hint", "");
  check.weight = check.params.value("weight", 1.0);
  check.gate = check.params.value("gate", false);
  check.cap = check.params.value("cap", 0.0);
  check.variants = check.params.value("shapes", std::vector<std::string>());
  const std::string on_inconclusive = check.params.value("if_unseen", "fail");
  check.on_inconclusive = on_inconclusive == "omit"     ? OnInconclusive::omit
                          : on_inconclusive == "person" ? OnInconclusive::person
                                                        : OnInconclusive::fail;
  const bool staff = check.params.value("visibility", "") == to_string(Visibility::staff);
  check.visibility = staff ? Visibility::staff : Visibility::visible;
  for (const FieldSpec& common : check_fields()) check.params.erase(common.key);
  const auto checker = std::ranges::find(vocabulary.checkers, check.checker, &TermSpec::name);
  if (trim(check.title).empty() && checker != vocabulary.checkers.end()) {
    check.title = default_title(*checker, check.params);
  }
  return check;
}

}  // namespace

std::string default_title(const TermSpec& checker, const Json& params) {
  for (const FieldSpec& spec : checker.fields) {
    if (spec.type != FieldType::fact || spec.map || !params.contains(spec.key)) continue;
    const Json& value = params[spec.key];
    const Json first = value.is_array() && !value.empty() ? value[0] : value;
    if (!first.is_string()) continue;
    const auto fact = first.get<std::string>();
    const std::string last = readable(fact.substr(fact.rfind('.') + 1));
    if (!last.empty()) return last;
  }
  return readable(checker.name);
}

Lab lab_from(const Checked& checked) {
  const Json& json = checked.value;
  Lab lab;
  lab.name = json.value("lab", "");
  lab.title = json.value("title", "");
  lab.summary = json.value("summary", "");
  lab.points = json.value("points", 0.0);
  lab.collector = json.value("collector", "");
  lab.settings = json.value(lab.collector, Json::object());
  lab.identify = words(json, "identify");
  lab.unless = words(json, "unless");
  lab.ignore = words(json, "ignore");
  lab.starter = json.value("starter", Json());
  const Json facts = json.value("facts", Json::object());
  for (const auto& [name, definition] : facts.items()) {
    lab.facts.push_back({name, definition});
  }
  const Json checkoff = json.value("checkoff", Json::object());
  lab.question_sources = words(checkoff, "sources");
  lab.most_questions = checkoff.value("most", std::size_t{0});
  for (const Json& rule : checkoff.value("questions", Json::array()))
    lab.question_rules.push_back({rule.value("when", ""), rule.value("unless", ""), rule.value("failed", ""),
                                  rule.value("check", ""), rule.value("ask", "")});
  lab.place = checked.place("/lab");
  return lab;
}

Task task_from(const Checked& checked, const Vocabulary& vocabulary) {
  const Json& json = checked.value;
  Task task;
  task.name = json.value("task", "");
  task.title = json.value("title", "");
  task.summary = json.value("summary", "");
  task.points = json.value("points", 0.0);
  task.manual = json.value("manual", false);
  task.informational = json.value("informational", false);
  task.questions = words(json, "questions");
  task.variants = words(json, "shapes");
  for (const Json& need : json.value("needs", Json::array())) {
    const auto at_least = task_status_from(need.value("at_least", "pass"));
    task.needs.push_back({need.value("task", ""), at_least.value_or(TaskStatus::pass)});
  }
  task.collect = json.value("collect", Json::object());
  const Json judge = json.value("judge", Json::array());
  for (std::size_t i = 0; i < judge.size(); ++i) {
    task.judge.push_back(check_from(judge[i], checked.place("/judge/" + std::to_string(i)), vocabulary));
  }
  task.place = checked.place("/task");
  return task;
}

}  // namespace memgrade::casefile
