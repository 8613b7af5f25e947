// A small vocabulary for the tests of the loader: every type of key is in it, and nothing else.
#pragma once

#include <harness/model/schema.hpp>
#include <string>
#include <vector>

namespace memgrade::casefile::test {

inline std::vector<TermSpec> made_up_checkers() {
  using enum FieldType;
  TermSpec near{
      .name = "near",
      .doc = "A number that is not far off.",
      .fields = {
          {.key = "fact", .type = fact, .required = true, .doc = "What is compared."},
          {.key = "value", .type = number, .doc = "With what."},
          {.key = "to", .type = fact, .doc = "Or with which fact."},
          {.key = "within", .type = number, .fallback = 0, .doc = "How far off it may be.", .minimum = 0}}};
  near.inspect = [](const Json& params) -> std::vector<SettingDiagnostic> {
    if (params.contains("value") || params.contains("to")) return {};
    return {{"", "'near' needs 'value' or 'to'"}};
  };
  return {
      {.name = "builds", .doc = "It builds.", .fields = {}},
      {.name = "exits",
       .doc = "A run ends by itself.",
       .fields = {{.key = "run", .type = name, .required = true, .doc = "Which run."},
                  {.key = "status",
                   .type = integer,
                   .fallback = 0,
                   .doc = "With which status.",
                   .minimum = 0,
                   .maximum = 255}}},
      {.name = "one_of",
       .doc = "A value among others.",
       .fields = {{.key = "fact", .type = fact, .required = true, .doc = "What is looked at."},
                  {.key = "to", .type = fact, .required = true, .doc = "Which holds the accepted values."}}},
      {.name = "matches",
       .doc = "A line of output.",
       .fields = {{.key = "line", .type = regex, .required = true, .list = true, .doc = "An expression."},
                  {.key = "limits", .type = any_object, .doc = "Free names."}}},
      std::move(near)};
}

inline std::vector<FieldSpec> made_up_lab_fields() {
  using enum FieldType;
  const std::vector<FieldSpec> limits = {
      {.key = "wall",
       .type = number,
       .fallback = 10.0,
       .unit = "seconds",
       .doc = "From start to end.",
       .minimum = 0},
      {.key = "memory", .type = size, .fallback = 1024, .unit = "bytes", .doc = "Resident."}};
  return {
      {.key = "argv", .required = true, .list = true, .doc = "A command."},
      {.key = "data",
       .type = object,
       .map = true,
       .fallback = Json::object(),
       .doc = "Data sets.",
       .fields = {{.key = "replaceable", .type = boolean, .fallback = false, .doc = "By another."},
                  {.key = "files", .type = named, .map = true, .doc = "Files.", .vocabulary = "generators"}}},
      {.key = "oracle", .type = named, .doc = "What is true.", .vocabulary = "oracles"},
      {.key = "compare", .type = fact, .list = true, .doc = "Facts of the lab."},
      {.key = "limits",
       .type = object,
       .fallback = Json::object(),
       .doc = "What a run may use.",
       .fields = {
           {.key = "run", .type = object, .fallback = Json::object(), .doc = "One run.", .fields = limits}}}};
}

inline CollectorSpec made_up_collector() {
  using enum FieldType;
  CollectorSpec spec{
      .name = "program",
      .doc = "Runs a program.",
      .lab_fields = made_up_lab_fields(),
      .task_fields = {{.key = "runs",
                       .type = object,
                       .list = true,
                       .fallback = Json::array(),
                       .doc = "Runs.",
                       .fields = {{.key = "run", .type = name, .required = true, .doc = "Its name."},
                                  {.key = "data", .type = name, .doc = "Its data."},
                                  {.key = "with", .type = any_object, .doc = "Its values."}}}},
      .fact_names = {},
      .inspect = {}};
  spec.fact_names = [](const Json&, const Json& task, const std::vector<std::string>& lab_facts) {
    std::vector<std::string> names;
    for (const Json& run : task.at("runs")) {
      const auto run_name = run.at("run").get<std::string>();
      names.push_back(run_name + ".exit_status");
      for (const std::string& fact : lab_facts) {
        names.push_back(run_name + "." + fact);
        names.push_back("oracle." + run_name + "." + fact);
      }
    }
    return names;
  };
  spec.inspect = [](const Json& lab, const Json& task) {
    std::vector<SettingDiagnostic> diagnostics;
    const Json& runs = task.at("runs");
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto data = runs[i].value("data", "");
      if (!data.empty() && !lab.at("data").contains(data)) {
        diagnostics.push_back({"/runs/" + std::to_string(i) + "/data", "no data set '" + data + "'"});
      }
    }
    if (lab.at("argv")[0] == "rm") diagnostics.push_back({"lab:/argv/0", "'rm' runs nothing"});
    return diagnostics;
  };
  return spec;
}

inline Vocabulary made_up_vocabulary() {
  using enum FieldType;
  Vocabulary vocabulary;
  vocabulary.collectors = {made_up_collector()};
  vocabulary.checkers = made_up_checkers();
  vocabulary.oracles = {
      {.name = "paging",
       .doc = "Translations.",
       .fields = {{.key = "trace", .required = true, .doc = "A file."},
                  {.key = "frames", .type = integer, .fallback = 256, .doc = "How many.", .minimum = 1},
                  {.key = "policy",
                   .type = choice,
                   .fallback = "fifo",
                   .doc = "Which.",
                   .choices = {"fifo", "lru"}}}}};
  vocabulary.generators = {
      {.name = "java_random",
       .doc = "Random numbers.",
       .fields = {{.key = "seed", .type = integer, .required = true, .doc = "Where it starts."},
                  {.key = "count", .type = integer, .fallback = 1000, .doc = "How many."}}}};
  vocabulary.fact_fields = {
      {.key = "from",
       .type = choice,
       .list = true,
       .fallback = Json::array({"stdout"}),
       .doc = "Where.",
       .choices = {"stdout", "stderr", "files"}},
      {.key = "number",
       .type = object,
       .list = true,
       .doc = "A number.",
       .fields = {{.key = "match", .type = regex, .required = true, .doc = "An expression."},
                  {.key = "times", .type = number, .doc = "A factor."}},
       .shorthand = "match"},
      {.key = "table",
       .type = object,
       .doc = "A table.",
       .fields = {{.key = "row", .type = regex, .required = true, .doc = "One line."},
                  {.key = "columns",
                   .type = choice,
                   .required = true,
                   .map = true,
                   .doc = "Types.",
                   .choices = {"integer", "text"}}}}};
  vocabulary.inspect_fact = [](const Json& definition) -> std::vector<SettingDiagnostic> {
    if (definition.contains("number") != definition.contains("table")) return {};
    return {{"", "a fact is either a number or a table"}};
  };
  return vocabulary;
}

}  // namespace memgrade::casefile::test
