#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/program_answers.hpp>
#include <harness/facts/facts.hpp>

namespace memgrade::collect {
namespace {

std::string show(const Json& value) {
  return value.is_string() ? quote(value.get<std::string>()) : dump_json(value, -1);
}

std::optional<Difference> difference_in_rows(const Json& observed, const Json& truth) {
  for (std::size_t row = 0; row < truth.size(); ++row) {
    if (truth[row].is_null()) continue;
    if (row >= observed.size()) return Difference{row, true, show(truth[row]), "no line"};
    if (observed[row] != truth[row]) return Difference{row, true, show(truth[row]), show(observed[row])};
  }
  if (observed.size() > truth.size())
    return Difference{truth.empty() ? 0 : truth.size() - 1, false, counted(truth.size(), "line"),
                      counted(observed.size(), "line")};
  return std::nullopt;
}

bool accepted(const Json& value, const Json& truth_value, const Json& alternatives) {
  if (alternatives.is_array()) return std::ranges::find(alternatives, value) != alternatives.end();
  return value == truth_value;
}

}  // namespace

const Json& at_path(const Json& object, std::string_view dotted_name) {
  static const Json nothing;
  const Json* here = &object;
  while (true) {
    const std::size_t dot = dotted_name.find('.');
    if (!here->is_object()) return nothing;
    const auto found = here->find(std::string(dotted_name.substr(0, dot)));
    if (found == here->end()) return nothing;
    here = &*found;
    if (dot == dotted_name.npos) return *here;
    dotted_name.remove_prefix(dot + 1);
  }
}

std::optional<Difference> difference_in(const std::string& name, const Json& facts, const Json& truth) {
  const Json& observed = at_path(facts, name);
  const Json& expected = at_path(truth, name);
  if (expected.is_array()) {
    if (observed.is_array()) return difference_in_rows(observed, expected);
    if (expected.empty()) return std::nullopt;  // nothing was asked, nothing was said
    return Difference{0, true, show(expected[0]), "no such line"};
  }
  const Json& alternatives = at_path(truth, "accepted." + name);
  if (accepted(observed, expected, alternatives)) return std::nullopt;
  Difference difference;
  difference.expected = show(expected);
  difference.observed = observed.is_null() ? "no such line" : show(observed);
  return difference;
}

Answers answers_of(const Lab& lab, const RunRecord& record, const Json& truth,
                   const std::vector<std::string>& compare) {
  const Json facts = facts::facts_of_run(lab.facts, record, truth);
  Answers answers;
  for (const std::string& name : compare) {
    if (at_path(facts, name).is_null()) continue;
    ++answers.given;
    answers.right += !difference_in(name, facts, truth);
  }
  return answers;
}

}  // namespace memgrade::collect
