#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/facts/layout.hpp>
#include <harness/facts/numbers.hpp>
#include <set>
#include <tuple>

namespace memgrade::facts {
namespace {

constexpr std::size_t kMostCells = 1'000'000;

TrueColumn true_column(const Json& truth, const std::string& table, const std::string& name) {
  TrueColumn column;
  if (!truth.is_object()) return column;
  const auto found_table = truth.find(table);
  if (found_table == truth.end() || !found_table->is_object()) return column;
  const auto found = found_table->find(name);
  if (found == found_table->end() || !found->is_array()) return column;
  for (const Json& value : *found)
    column.push_back(value.is_number_integer() ? std::optional(value.get<std::int64_t>()) : std::nullopt);
  return column;
}

struct ReadRun {
  Columns columns;
  std::vector<TrueColumn> truths;  // by rule
};

// A column in the place of one truth.
struct Candidate {
  const ColumnName* name = nullptr;
  Agreement agreement;
  std::size_t cells = 0;
  std::tuple<std::size_t, std::size_t, std::size_t> begin;  // source, line, position
  bool worded = false;                                      // the words beside it are the rule's
};

bool has_words(const RE2& words, const std::string& text) {
  return words.ok() && !words.pattern().empty() && RE2::PartialMatch(text, words);
}

class Choice {
 public:
  Choice(const Definition& definition, const std::vector<ScannedRun>& runs, Radix radix);
  // Columns that are settled already stay.
  void by_agreement(ChosenColumns& chosen) const;
  void by_words(ChosenColumns& chosen) const;

 private:
  [[nodiscard]] std::vector<Candidate> candidates(std::size_t rule, const ChosenColumns& chosen) const;
  [[nodiscard]] bool says_the_same(const ColumnName& a, const ColumnName& b) const;
  [[nodiscard]] bool is_an_earlier_truth(const ColumnName& name, std::size_t rule) const;
  [[nodiscard]] bool is_taken(const ColumnName& name, const ChosenColumns& chosen) const;

  const Definition& definition_;
  std::vector<ReadRun> runs_;
  std::set<ColumnName> names_;
};

Choice::Choice(const Definition& definition, const std::vector<ScannedRun>& runs, Radix radix)
    : definition_(definition) {
  for (const ScannedRun& run : runs) {
    ReadRun read{columns_of(*run.sources, definition.from, radix), {}};
    for (const ColumnRule& rule : definition.rules)
      read.truths.push_back(true_column(*run.truth, definition.truth, rule.name));
    for (const auto& [name, unused] : read.columns) names_.insert(name);
    runs_.push_back(std::move(read));
  }
}

// Whether two columns hold the same numbers, as far as both go.
bool Choice::says_the_same(const ColumnName& a, const ColumnName& b) const {
  bool met = false;
  for (const ReadRun& run : runs_) {
    const auto one = run.columns.find(a), other = run.columns.find(b);
    if (one == run.columns.end() || other == run.columns.end()) continue;
    const auto& left = one->second.cells;
    const auto& right = other->second.cells;
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
      if (whole_number(left[i]) != whole_number(right[i])) return false;
    met = true;
  }
  return met;
}

bool Choice::is_taken(const ColumnName& name, const ChosenColumns& chosen) const {
  return std::ranges::any_of(chosen, [&](const auto& taken) { return taken && says_the_same(*taken, name); });
}

// Whether a column is all that an earlier rule asks for.
bool Choice::is_an_earlier_truth(const ColumnName& name, std::size_t rule) const {
  for (std::size_t earlier = 0; earlier < rule; ++earlier) {
    Agreement all;
    for (const ReadRun& run : runs_)
      if (const auto found = run.columns.find(name); found != run.columns.end())
        all.add(agreement(found->second, run.truths[earlier], definition_.rules[earlier]));
    if (all.rows > 0 && all.agreeing == all.rows) return true;
  }
  return false;
}

// Of a column that says the same as one that is taken already, only what is called by this rule's words:
// virtual addresses that are printed twice are no physical ones, though they agree as well.
std::vector<Candidate> Choice::candidates(std::size_t rule, const ChosenColumns& chosen) const {
  std::vector<Candidate> all;
  for (const ColumnName& name : names_) {
    Candidate candidate{.name = &name};
    candidate.worded =
        name.kind == ColumnName::Kind::label && has_words(*definition_.rules[rule].words, name.text);
    bool first = true;
    for (const ReadRun& run : runs_) {
      const auto found = run.columns.find(name);
      if (found == run.columns.end()) continue;
      const Column& column = found->second;
      candidate.agreement.add(agreement(column, run.truths[rule], definition_.rules[rule]));
      candidate.cells += column.cells.size();
      if (first) candidate.begin = {column.source, column.line, column.position};
      first = false;
    }
    all.push_back(candidate);
  }
  std::erase_if(all, [&](const Candidate& one) {
    return !one.agreement.well_above_chance() ||
           (!one.worded && (is_taken(*one.name, chosen) || is_an_earlier_truth(*one.name, rule)));
  });
  return all;
}

// The column that agrees best. Physical addresses depend on what a program was told, so that one which prints
// them for every setting would be right in each; of several different columns the one that is called so
// counts, or else the first.
const Candidate* best(const std::vector<Candidate>& candidates, bool first_counts) {
  const auto order = [&](const Candidate& one) {
    const auto wrong = one.agreement.rows - one.agreement.agreeing;
    return std::tuple(first_counts && !one.worded, first_counts ? one.begin : decltype(one.begin){},
                      -static_cast<std::ptrdiff_t>(one.agreement.agreeing), wrong + one.agreement.surplus,
                      one.name->kind);
  };
  const auto found = std::ranges::min_element(
      candidates, [&](const Candidate& a, const Candidate& b) { return order(a) < order(b); });
  return found == candidates.end() ? nullptr : &*found;
}

void Choice::by_agreement(ChosenColumns& chosen) const {
  for (std::size_t rule = 0; rule < definition_.rules.size(); ++rule) {
    if (chosen[rule]) continue;
    const std::vector<Candidate> fitting = candidates(rule, chosen);
    if (const Candidate* found = best(fitting, definition_.rules[rule].page_bytes > 0))
      chosen[rule] = *found->name;
  }
}

bool has_letters_in(const std::string& text) {
  return std::ranges::any_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; });
}

// The words before a number, or the name of a file whose numbers have none.
void Choice::by_words(ChosenColumns& chosen) const {
  for (std::size_t rule = 0; rule < definition_.rules.size(); ++rule) {
    if (chosen[rule]) continue;
    std::size_t most = 0, wanted = 0;
    const ColumnName* found = nullptr;
    for (const ReadRun& run : runs_) wanted += run.truths[rule].size();
    for (const ColumnName& name : names_) {
      if (name.kind != ColumnName::Kind::label) continue;
      const std::string& words = has_letters_in(name.text) ? name.text : to_lower(name.source);
      if (!has_words(*definition_.rules[rule].words, words) || is_taken(name, chosen)) continue;
      std::size_t cells = 0;
      for (const ReadRun& run : runs_)
        if (const auto column = run.columns.find(name); column != run.columns.end())
          cells += std::min(column->second.cells.size(), run.truths[rule].size());
      // "Physical frames = 256" is no column of addresses.
      if (cells * 2 < wanted || cells <= most) continue;
      most = cells;
      found = &name;
    }
    if (found != nullptr) chosen[rule] = *found;
  }
}

Json cell_of(const NumberToken& cell, const ColumnRule& rule) {
  if (const auto value = value_of(cell, rule)) return *value;
  if (auto value = number_of(cell.text)) return *std::move(value);
  return std::string(cell.text);
}

}  // namespace

ChosenColumns choose_columns(const Definition& definition, const std::vector<ScannedRun>& runs) {
  ChosenColumns chosen(definition.rules.size());
  const Choice decimal(definition, runs, Radix::decimal);
  decimal.by_agreement(chosen);
  const auto all_settled = [&] {
    return std::ranges::all_of(chosen, [](const auto& one) { return one.has_value(); });
  };
  if (all_settled()) return chosen;
  Choice(definition, runs, Radix::hexadecimal).by_agreement(chosen);
  if (!all_settled()) decimal.by_words(chosen);
  return chosen;
}

std::string in_words(const ColumnName& name) {
  const std::string where = " in " + printable(name.source);
  const std::string which = name.radix == Radix::hexadecimal ? "hexadecimal number" : "number";
  switch (name.kind) {
    case ColumnName::Kind::label:
      if (name.text.empty()) return fmt::format("the {} at the begin of a line{}", which, where);
      return fmt::format("the {} after {}{}", which, quote(name.text, 60), where);
    case ColumnName::Kind::shape:
    case ColumnName::Kind::count:
      return fmt::format("{} {} of {} in a line{}", which, name.index + 1, name.of, where);
    case ColumnName::Kind::flat:
      break;
  }
  return fmt::format("{} {} of every {}{}", which, name.index + 1, name.of, where);
}

Json table_of(const Definition& definition, const ChosenColumns& chosen,
              const std::vector<std::unique_ptr<Source>>& sources) {
  Json table = Json::object();
  std::size_t rows = 0;
  std::map<Radix, Columns> read;
  for (std::size_t rule = 0; rule < chosen.size(); ++rule) {
    if (!chosen[rule]) continue;
    const Radix radix = chosen[rule]->radix;
    if (!read.contains(radix)) read.emplace(radix, columns_of(sources, definition.from, radix));
    const auto found = read.at(radix).find(*chosen[rule]);
    if (found == read.at(radix).end()) continue;
    Json::array_t values;
    for (const NumberToken& cell : found->second.cells) {
      if (values.size() == kMostCells) break;
      values.push_back(cell_of(cell, definition.rules[rule]));
    }
    rows = std::max(rows, values.size());
    table[definition.rules[rule].name] = std::move(values);
  }
  if (rows == 0) return nullptr;
  table["rows"] = rows;
  return table;
}

}  // namespace memgrade::facts
