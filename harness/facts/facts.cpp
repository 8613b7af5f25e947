#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/text.hpp>
#include <harness/facts/definition.hpp>
#include <harness/facts/facts.hpp>
#include <harness/facts/layout.hpp>
#include <harness/facts/numbers.hpp>
#include <harness/facts/statistics.hpp>
#include <harness/model/verdict.hpp>
#include <optional>

namespace memgrade::facts {

struct SettledLayout {
  std::vector<ChosenColumns> columns;  // of each definition; empty for those of another kind
  int decimals = 0;                    // the most of any rate
};

namespace {

constexpr std::size_t kMaxRows = 1'000'000;

// What the groups of `match` capture on `line`, group 0 being the whole line; no value where a group takes no
// part.
class Captures {
 public:
  explicit Captures(const RE2& match)
      : match_(match), groups_(static_cast<std::size_t>(match.NumberOfCapturingGroups()) + 1) {}

  bool on(std::string_view line) {
    return match_.Match(re2::StringPiece(line.data(), line.size()), 0, line.size(), RE2::ANCHOR_BOTH,
                        groups_.data(), static_cast<int>(groups_.size()));
  }
  [[nodiscard]] std::optional<std::string_view> group(std::size_t index) const {
    const re2::StringPiece& piece = groups_[index];
    if (piece.data() == nullptr) return std::nullopt;
    return std::string_view(piece.data(), piece.size());
  }
  // The first group, or the whole line of an expression without groups.
  [[nodiscard]] std::optional<std::string_view> value() const { return group(groups_.size() > 1 ? 1 : 0); }

 private:
  const RE2& match_;
  std::vector<re2::StringPiece> groups_;
};

std::optional<Json> scaled(const Spelling& spelling, std::string_view text, const Json& truth) {
  auto number = number_of(text);
  if (!number || (!spelling.scaled && !spelling.round)) return number;
  double value = number->get<double>() * spelling.times;
  if (!spelling.times_fact.empty()) {
    if (!truth.is_object()) return std::nullopt;
    const auto factor = truth.find(spelling.times_fact);
    if (factor == truth.end() || !factor->is_number()) return std::nullopt;
    value *= factor->get<double>();
  }
  if (spelling.round) return rounded(value);
  if (!std::isfinite(value)) return std::nullopt;
  return Json(value);
}

// The last line of a spelling that gives a value, for the first spelling that has one.
Json last_value(const Definition& definition, const Source& source, std::size_t index, const Json& truth) {
  for (std::size_t s = 0; s < definition.spellings.size(); ++s) {
    const Spelling& spelling = definition.spellings[s];
    const auto& lines = source.found[index][s];
    if (lines.empty()) continue;
    Captures captures(*spelling.match);
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      if (!captures.on(source.lines[*line])) continue;
      const auto captured = captures.value();
      if (!captured) continue;
      if (definition.kind == Definition::Kind::text) return std::string(*captured);
      if (auto value = scaled(spelling, *captured, truth)) return *std::move(value);
    }
  }
  return nullptr;
}

std::optional<Json> cell(const Definition::Column& column, const Captures& captures) {
  if (column.group < 0) return Json(nullptr);
  const auto captured = captures.group(static_cast<std::size_t>(column.group));
  if (!captured) return Json(nullptr);
  if (column.type == "integer") return integer_of(*captured);
  if (column.type == "number") return number_of(*captured);
  return Json(std::string(*captured));
}

// All cells of a row, or nothing when one of them is no value.
bool read_row(const std::vector<Definition::Column>& columns, const Captures& captures,
              std::vector<Json>& row) {
  row.clear();
  for (const Definition::Column& column : columns) {
    auto value = cell(column, captures);
    if (!value) return false;
    row.push_back(*std::move(value));
  }
  return true;
}

Json whole_table(const Definition& definition, const Source& source, std::size_t index) {
  const auto& lines = source.found[index].front();
  if (lines.empty()) return nullptr;
  Captures captures(*definition.spellings.front().match);
  std::vector<Json::array_t> columns(definition.columns.size());
  std::vector<Json> row;
  std::size_t rows = 0;
  bool cut = false;
  for (const std::size_t line : lines) {
    if (!captures.on(source.lines[line]) || !read_row(definition.columns, captures, row)) continue;
    if (cut = rows == kMaxRows; cut) break;
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].push_back(std::move(row[c]));
    ++rows;
  }
  if (rows == 0) return nullptr;
  Json table = {{"rows", rows}};
  if (cut) table["cut"] = true;
  for (std::size_t c = 0; c < columns.size(); ++c)
    table[definition.columns[c].name] = Json(std::move(columns[c]));
  return table;
}

Json value_in(const Definition& definition, const std::vector<std::unique_ptr<Source>>& sources,
              std::size_t index, const Json& truth) {
  for (const std::string& kind : definition.from) {
    for (const auto& source : sources) {
      if (source->kind != kind || definition.kind == Definition::Kind::none) continue;
      Json value = definition.kind == Definition::Kind::table ? whole_table(definition, *source, index)
                                                              : last_value(definition, *source, index, truth);
      if (!value.is_null()) return value;
    }
  }
  return nullptr;
}

// One run's text, scanned once for all that is asked of it.
struct RunText {
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::vector<Finding>> findings;  // of each source

  RunText(const std::vector<Definition>& definitions, const RunRecord& run)
      : sources(scan(definitions, run)) {
    for (const auto& source : sources) findings.push_back(findings_in(definitions, *source));
  }
};

Json statistic_in(const std::vector<Definition>& definitions, const RunText& text, std::size_t index,
                  const Json& truth, int decimals) {
  const Definition& definition = definitions[index];
  const bool known = truth.is_object() && truth.contains(definition.truth);
  const Json whole = known ? truth.at(definition.truth) : Json(nullptr);
  for (const std::string& kind : definition.from)
    for (std::size_t i = 0; i < text.sources.size(); ++i)
      if (text.sources[i]->kind == kind)
        if (const Finding* found = statistic_of(index, text.findings[i]))
          return statistic_value(*found, whole, decimals);
  return nullptr;
}

std::vector<Definition> compile_all(const std::vector<FactSpec>& specs) {
  std::vector<Definition> definitions;
  for (const FactSpec& spec : specs) definitions.push_back(compile(spec));
  return definitions;
}

std::vector<Json> extract_all(const std::vector<FactSpec>& specs, const RunRecord& run, const Json& truth,
                              const Layout& layout) {
  const std::vector<Definition> definitions = compile_all(specs);
  const RunText text(definitions, run);
  std::vector<Json> values;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    if (definitions[i].kind == Definition::Kind::columns)
      values.push_back(table_of(definitions[i], layout.settled->columns.at(i), text.sources));
    else if (definitions[i].kind == Definition::Kind::statistic)
      values.push_back(statistic_in(definitions, text, i, truth, layout.settled->decimals));
    else
      values.push_back(value_in(definitions[i], text.sources, i, truth));
  }
  return values;
}

Json build_facts(const Evidence& evidence) {
  if (!evidence.build) return nullptr;
  const BuildRecord& build = *evidence.build;
  const auto count = [&](std::string_view severity) {
    return std::ranges::count(build.diagnostics, severity, &Diagnostic::severity);
  };
  return {{"succeeded", build.succeeded},
          {"way", build.recipe},
          {"form", build.invocation.empty() ? Json(nullptr) : Json(build.invocation)},
          {"tried", build.tried},
          {"programs", build.programs},
          {"errors", count("error") + count("fatal error")},
          {"warnings", count("warning")}};
}

Json how_recognised(const std::vector<FactSpec>& specs) {
  Json all = Json::object();
  for (const FactSpec& spec : specs) {
    Json entry = {{"patterns", patterns_of(spec.definition)}};
    for (const ColumnRule& rule : compile(spec).rules)
      entry[rule.name] = {
          {"not_shown",
           fmt::format("{}: not shown: no column of numbers agrees with what is true, and none is called so",
                       rule.name)}};
    if (spec.definition.is_object() && spec.definition.contains("example"))
      entry["example"] = spec.definition.at("example");
    all[spec.name] = std::move(entry);
  }
  return all;
}

// What the agent of a guest saw, and the files that were taken out of it, as text. No fact of the lab can
// hide these: they stand for what was seen, the lab's for what was printed.
void add_observed(Json& facts, const RunRecord& run) {
  if (!run.observed) return;
  facts.update(to_json(*run.observed));
  Json files = Json::object();
  for (const auto& [name, file] : run.files) files[to_utf8(name)] = clean_text(file.bytes);
  facts["files"] = std::move(files);
}

}  // namespace

Layout settle(const std::vector<FactSpec>& specs, const std::vector<KnownRun>& runs) {
  const std::vector<Definition> definitions = compile_all(specs);
  auto settled = std::make_shared<SettledLayout>();
  std::vector<RunText> texts;
  std::vector<ScannedRun> scanned;
  texts.reserve(runs.size());
  const auto needs_it = [](const Definition& one) {
    return one.kind == Definition::Kind::columns || one.kind == Definition::Kind::statistic;
  };
  const bool needed = std::ranges::any_of(definitions, needs_it);
  for (const KnownRun& run : needed ? runs : std::vector<KnownRun>()) {
    texts.emplace_back(definitions, *run.record);
    scanned.push_back({&texts.back().sources, run.truth});
    for (const auto& findings : texts.back().findings)
      settled->decimals = std::max(settled->decimals, most_decimals(findings));
  }
  for (const Definition& definition : definitions)
    settled->columns.push_back(
        definition.kind == Definition::Kind::columns ? choose_columns(definition, scanned) : ChosenColumns());
  return {std::move(settled)};
}

std::vector<std::string> describe(const std::vector<FactSpec>& specs, const Layout& layout) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const Definition definition = compile(specs[i]);
    for (std::size_t rule = 0; rule < definition.rules.size(); ++rule) {
      const auto& chosen = layout.settled->columns.at(i).at(rule);
      lines.push_back(definition.rules[rule].name + ": " + (chosen ? in_words(*chosen) : "not shown"));
    }
  }
  return lines;
}

bool is_shown(const Json& value) {
  return !value.is_null() && !(value.is_object() && value.contains("coarse"));
}

std::optional<double> count_of(const Json& statistic) {
  if (statistic.is_number()) return statistic.get<double>();
  if (!statistic.is_object()) return std::nullopt;
  const auto count = statistic.find("count");
  if (!statistic.contains("rate") || count == statistic.end() || !count->is_number()) return std::nullopt;
  return count->get<double>();
}

bool stands_for(const Json& rate, double count) {
  const auto middle = count_of(rate);
  if (!middle || !rate.is_object() || !rate.contains("unit") || !rate.at("unit").is_number()) return false;
  // Floats of single precision are off by less than this.
  const double half = std::max(rate.at("unit").get<double>() / 2, 0.05) + 1e-6;
  return count - *middle >= -half && count - *middle < std::max(2 * half - 1e-5, half);
}

Json extract(const FactSpec& spec, const RunRecord& run, const Json& truth) {
  return extract_all({spec}, run, truth, settle({spec}, {{&run, &truth}})).front();
}

Json facts_of_run(const std::vector<FactSpec>& specs, const RunRecord& run, const Json& truth) {
  return facts_of_run(specs, run, truth, settle(specs, {{&run, &truth}}));
}

Json facts_of_run(const std::vector<FactSpec>& specs, const RunRecord& run, const Json& truth,
                  const Layout& layout) {
  Json facts = {
      {"exit_status", run.termination == Termination::exited ? Json(run.exit_status) : Json(nullptr)},
      {"signal", run.termination == Termination::signaled ? Json(run.signal) : Json(nullptr)},
      {"ending", to_string(run.termination)},
      {"stdout", clean_text(run.out.bytes)},
      {"stderr", clean_text(run.err.bytes)},
  };
  std::vector<Json> values = extract_all(specs, run, truth, layout);
  for (std::size_t i = 0; i < specs.size(); ++i) facts[specs[i].name] = std::move(values[i]);
  add_observed(facts, run);
  return facts;
}

Json gather(const std::vector<FactSpec>& specs, const Evidence& evidence) {
  static const Json unknown = nullptr;
  std::vector<KnownRun> runs;
  for (const RunRecord& run : evidence.runs) {
    const bool known = evidence.oracle.is_object() && evidence.oracle.contains(run.name);
    runs.push_back({&run, known ? &evidence.oracle.at(run.name) : &unknown});
  }
  const Layout layout = settle(specs, runs);
  Json all = Json::object();
  for (const KnownRun& run : runs)
    all[run.record->name] = facts_of_run(specs, *run.record, *run.truth, layout);
  all["oracle"] = evidence.oracle;
  all["build"] = build_facts(evidence);
  all["search"] = to_json(evidence.search);
  all[std::string(kLookedFor)] = how_recognised(specs);
  return all;
}

}  // namespace memgrade::facts
