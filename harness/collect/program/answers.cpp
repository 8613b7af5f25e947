#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/program/answers.hpp>
#include <harness/facts/facts.hpp>
#include <harness/oracle/paging/compare.hpp>

namespace memgrade::collect {
namespace {

std::string show(const Json& value) {
  return value.is_string() ? quote(value.get<std::string>()) : dump_json(value, -1);
}

std::optional<Difference> difference_in_rows(const Json& observed, const Json& truth) {
  const auto found = oracle::first_difference(truth, observed);
  if (!found) return std::nullopt;
  const auto text = [](const Json& value) { return value.is_null() ? std::string("no line") : show(value); };
  // A line too many has no step of its own: it shows after the last.
  const std::size_t step = std::min(found->row, truth.empty() ? 0 : truth.size() - 1);
  const DifferenceKind kind = found->row >= observed.size() ? DifferenceKind::rows_missing
                              : found->row >= truth.size()  ? DifferenceKind::rows_too_many
                                                            : DifferenceKind::other;
  return Difference{step, text(found->expected), text(found->observed), kind};
}

bool accepted(const Json& value, const Json& truth_value, const Json& alternatives) {
  const auto fits = [&](const Json& right) {
    return value == right || (right.is_number() && facts::stands_for(value, right.get<double>()));
  };
  return alternatives.is_array() ? std::ranges::any_of(alternatives, fits) : fits(truth_value);
}

// A statistic beside what is right; a rate by the count that it stands for.
std::string show_statistic(const Json& value) {
  if (value.is_null()) return "no such line";
  if (!value.is_object() || !value.contains("rate")) return show(value);
  return "a rate of " + value.at("rate").get<std::string>() + (facts::is_shown(value) ? "" : ", too coarse");
}

DifferenceKind kind_of(const Json& value, const Json& expected) {
  if (!facts::is_shown(value)) return DifferenceKind::not_shown;
  const auto given = facts::count_of(value), right = facts::count_of(expected);
  if (!given || !right) return DifferenceKind::other;
  return *given < *right ? DifferenceKind::too_low : DifferenceKind::too_high;
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
    return Difference{0, show(expected[0]), "no such line", DifferenceKind::not_shown};
  }
  const Json& alternatives = at_path(truth, "accepted." + name);
  if (accepted(observed, expected, alternatives)) return std::nullopt;
  return Difference{std::nullopt,
                    show(alternatives.is_array() && alternatives.size() == 1 ? alternatives[0] : expected),
                    show_statistic(observed), kind_of(observed, expected)};
}

Answers answers_of(const Lab& lab, const RunRecord& record, const Json& truth,
                   const std::vector<std::string>& compare) {
  const Json facts = facts::facts_of_run(lab.facts, record, truth);
  Answers answers;
  for (const std::string& name : compare) {
    if (!facts::is_shown(at_path(facts, name))) continue;
    ++answers.given;
    answers.right += !difference_in(name, facts, truth);
  }
  return answers;
}

}  // namespace memgrade::collect
