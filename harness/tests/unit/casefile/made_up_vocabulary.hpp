// A small vocabulary for the tests of the loader: every type of key is in it, and nothing else.
#pragma once

#include <harness/model/schema.hpp>
#include <string>
#include <vector>

namespace memgrade::casefile::test {

inline std::vector<TermSpec> made_up_checkers() {
  using enum KeyType;
  TermSpec near{
      .name = "near",
      .doc = "A number that is not far off.",
      .keys = {
          {.key = "fact", .type = fact, .required = true, .doc = "What is compared."},
          {.key = "value", .type = number, .doc = "With what."},
          {.key = "to", .type = fact, .doc = "Or with which fact."},
          {.key = "within", .type = number, .fallback = 0, .doc = "How far off it may be.", .minimum = 0}}};
  near.inspect = [](const Json& params) -> std::vector<SettingComplaint> {
    if (params.contains("value") || params.contains("to")) return {};
    return {{"", "'near' needs 'value' or 'to'"}};
  };
  return {
      {.name = "builds", .doc = "It builds.", .keys = {}},
      {.name = "exits",
       .doc = "A run ends by itself.",
       .keys = {{.key = "run", .type = name, .required = true, .doc = "Which run."},
                {.key = "status",
                 .type = integer,
                 .fallback = 0,
                 .doc = "With which status.",
                 .minimum = 0,
                 .maximum = 255}}},
      {.name = "one_of",
       .doc = "A value among others.",
       .keys = {{.key = "fact", .type = fact, .required = true, .doc = "What is looked at."},
                {.key = "to", .type = fact, .required = true, .doc = "Which holds the accepted values."}}},
      {.name = "matches",
       .doc = "A line of output.",
       .keys = {{.key = "line", .type = regex, .required = true, .list = true, .doc = "An expression."},
                {.key = "limits", .type = any_object, .doc = "Free names."}}},
      std::move(near)};
}

inline std::vector<KeySpec> made_up_lab_keys() {
  using enum KeyType;
  const std::vector<KeySpec> limits = {
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
       .keys = {{.key = "replaceable", .type = boolean, .fallback = false, .doc = "By another."},
                {.key = "files", .type = named, .map = true, .doc = "Files.", .vocabulary = "generators"}}},
      {.key = "oracle", .type = named, .doc = "What is true.", .vocabulary = "oracles"},
      {.key = "compare", .type = fact, .list = true, .doc = "Facts of the lab."},
      {.key = "limits",
       .type = object,
       .fallback = Json::object(),
       .doc = "What a run may use.",
       .keys = {
           {.key = "run", .type = object, .fallback = Json::object(), .doc = "One run.", .keys = limits}}}};
}

inline CollectorSpec made_up_collector() {
  using enum KeyType;
  CollectorSpec spec{
      .name = "program",
      .doc = "Runs a program.",
      .lab_keys = made_up_lab_keys(),
      .task_keys = {{.key = "runs",
                     .type = object,
                     .list = true,
                     .fallback = Json::array(),
                     .doc = "Runs.",
                     .keys = {{.key = "run", .type = name, .required = true, .doc = "Its name."},
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
    std::vector<SettingComplaint> complaints;
    const Json& runs = task.at("runs");
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto data = runs[i].value("data", "");
      if (!data.empty() && !lab.at("data").contains(data)) {
        complaints.push_back({"/runs/" + std::to_string(i) + "/data", "no data set '" + data + "'"});
      }
    }
    if (lab.at("argv")[0] == "rm") complaints.push_back({"lab:/argv/0", "'rm' runs nothing"});
    return complaints;
  };
  return spec;
}

inline Vocabulary made_up_vocabulary() {
  using enum KeyType;
  Vocabulary vocabulary;
  vocabulary.collectors = {made_up_collector()};
  vocabulary.checkers = made_up_checkers();
  vocabulary.oracles = {
      {.name = "paging",
       .doc = "Translations.",
       .keys = {{.key = "trace", .required = true, .doc = "A file."},
                {.key = "frames", .type = integer, .fallback = 256, .doc = "How many.", .minimum = 1},
                {.key = "policy",
                 .type = choice,
                 .fallback = "fifo",
                 .doc = "Which.",
                 .choices = {"fifo", "lru"}}}}};
  vocabulary.generators = {
      {.name = "java_random",
       .doc = "Random numbers.",
       .keys = {{.key = "seed", .type = integer, .required = true, .doc = "Where it starts."},
                {.key = "count", .type = integer, .fallback = 1000, .doc = "How many."}}}};
  vocabulary.fact_keys = {
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
       .keys = {{.key = "match", .type = regex, .required = true, .doc = "An expression."},
                {.key = "times", .type = number, .doc = "A factor."}},
       .shorthand = "match"},
      {.key = "table",
       .type = object,
       .doc = "A table.",
       .keys = {{.key = "row", .type = regex, .required = true, .doc = "One line."},
                {.key = "columns",
                 .type = choice,
                 .required = true,
                 .map = true,
                 .doc = "Types.",
                 .choices = {"integer", "text"}}}}};
  vocabulary.inspect_fact = [](const Json& definition) -> std::vector<SettingComplaint> {
    if (definition.contains("number") != definition.contains("table")) return {};
    return {{"", "a fact is either a number or a table"}};
  };
  return vocabulary;
}

}  // namespace memgrade::casefile::test
