// The keys of a fact's definition; the reference page is printed from them.
#include <fmt/format.h>

#include <harness/facts/definition.hpp>
#include <harness/facts/facts.hpp>

namespace memgrade::facts {
namespace {

std::vector<FieldSpec> number_fields() {
  return {
      {.key = "match",
       .type = FieldType::regex,
       .required = true,
       .doc = "For a whole line; the first group captures the number: digits with a sign, hexadecimal after "
              "0x, or a real number."},
      {.key = "times",
       .type = FieldType::number,
       .doc = "The number is multiplied by this: 0.01 for per cent."},
      {.key = "times_fact",
       .type = FieldType::text,
       .doc = "The number is multiplied by this value of the run's truth: `addresses` makes a count of a "
              "rate. Without that value the spelling gives nothing.",
       .refers_to = Reference{"value of the truth"}},
      {.key = "round",
       .type = FieldType::boolean,
       .fallback = false,
       .doc = "Round to the nearest whole number."},
  };
}

std::vector<FieldSpec> table_fields() {
  return {
      {.key = "row",
       .type = FieldType::regex,
       .required = true,
       .doc = "For a whole line, with a named group `(?P<name>…)` for each column."},
      {.key = "columns",
       .type = FieldType::choice,
       .required = true,
       .map = true,
       .doc =
           "The columns and their types. A line with a number that does not fit 64 bits is no row; a group "
           "that takes no part in a match gives null.",
       .choices = {"integer", "number", "text"}},
  };
}

std::vector<FieldSpec> column_fields() {
  return {
      {.key = "name",
       .type = FieldType::name,
       .required = true,
       .doc = "The column's name, also in the true table.",
       .refers_to = Reference{"true column", "truth"}},
      {.key = "words",
       .type = FieldType::regex,
       .doc = "Words beside its numbers, in lower case, or in the name of a file of such numbers. They "
              "decide where "
              "no column agrees with the true one well above chance."},
      {.key = "modulo",
       .type = FieldType::integer,
       .fallback = 0,
       .doc = "Whole numbers agree modulo this: with 65536, -1 and 65535 do. 0: as they are.",
       .minimum = 0},
      {.key = "page_bytes",
       .type = FieldType::integer,
       .fallback = 0,
       .unit = "bytes",
       .doc = "Of a column of physical addresses: they agree, too, when the frames of this size bear other "
              "numbers. Of several columns that agree the first counts.",
       .minimum = 0},
      {.key = "byte",
       .type = FieldType::boolean,
       .fallback = false,
       .doc = "A signed byte: printed in hexadecimal, ff and ffffffff are -1."},
  };
}

std::vector<FieldSpec> numbers_fields() {
  return {
      {.key = "truth",
       .required = true,
       .doc = "The table among the oracle's facts that holds what is true.",
       .refers_to = Reference{"value of the truth"}},
      {.key = "columns",
       .type = FieldType::object,
       .required = true,
       .list = true,
       .doc = "The columns, in the order in which they are looked for.",
       .fields = column_fields()},
  };
}

std::vector<FieldSpec> statistic_fields() {
  return {
      {.key = "words",
       .type = FieldType::regex,
       .required = true,
       .list = true,
       .doc = "Expressions for its name, found anywhere in a line, the surest first: a later one counts only "
              "where no "
              "number stands beside an earlier one."},
      {.key = "of",
       .required = true,
       .doc = "The value of the run's truth that a rate is a part of: `addresses`. A rate is compared as a "
              "rate, to "
              "its precision; one that spans more than two counts is not taken for shown.",
       .refers_to = Reference{"value of the truth"}},
  };
}

}  // namespace

const std::vector<FieldSpec>& definition_fields() {
  static const std::vector<FieldSpec> fields = {
      {.key = "from",
       .type = FieldType::choice,
       .list = true,
       .fallback = Json::array({"stdout"}),
       .doc = "Where to look, in this order; the first place that has a match wins. `files` are the text "
              "files that the run made, each for itself, in the order of their names.",
       .choices = {"stdout", "stderr", "files"}},
      {.key = "number",
       .type = FieldType::object,
       .list = true,
       .doc = "A number, in one of these spellings: the first in the list that matches any line wins, and of "
              "the lines that it matches the last one counts. Digits alone stay an integer.",
       .fields = number_fields(),
       .shorthand = "match"},
      {.key = "text",
       .type = FieldType::regex,
       .doc = "A text: what the first group captures (the whole line without a group) on the last line that "
              "matches."},
      {.key = "table",
       .type = FieldType::object,
       .doc = "A table with one row for each line that matches, at most 1,000,000 of them.",
       .fields = table_fields()},
      {.key = "numbers",
       .type = FieldType::object,
       .doc =
           "A table whose columns are found by their numbers, decimal or hexadecimal, whatever stands beside "
           "them, in one source or in several: the column that agrees best with the true one, where that is "
           "well "
           "above chance (six standard deviations, and Cohen's kappa of 0.2). Which column is which is "
           "settled "
           "once for all runs of a task; then every row counts. A column that is not shown is missing.",
       .fields = numbers_fields()},
      {.key = "statistic",
       .type = FieldType::object,
       .doc = "A count, or a rate as a fraction or per cent, beside its words: before or behind them, "
              "several on a "
              "line, `1,244` and `-244` as they are.",
       .fields = statistic_fields()},
      {.key = "example",
       .type = FieldType::text,
       .doc = "A line as it should look, shown to a student whose program prints none that matches."},
  };
  return fields;
}

std::vector<SettingDiagnostic> inspect_definition(const Json& definition) {
  std::vector<SettingDiagnostic> diagnostics;
  const auto given = [&](const char* key) {
    return definition.contains(key) && !definition.at(key).is_null();
  };
  if (given("number") + given("text") + given("table") + given("numbers") + given("statistic") != 1)
    diagnostics.push_back({"", "needs exactly one of the keys number, text, table, numbers, statistic"});
  for (const ColumnRule& rule : compile({"", definition}).rules)
    if (rule.name == "rows") diagnostics.push_back({"/numbers/columns", "a column cannot be named 'rows'"});
  if (!given("table")) return diagnostics;
  for (const Definition::Column& column : compile({"", definition}).columns) {
    const std::string pointer = "/table/columns/" + column.name;
    if (column.name == "rows" || column.name == "cut")
      diagnostics.push_back({pointer, fmt::format("a column cannot be named '{}'", column.name)});
    if (column.group < 0)
      diagnostics.push_back({pointer, fmt::format("the row has no group (?P<{}>…)", column.name)});
  }
  return diagnostics;
}

}  // namespace memgrade::facts
