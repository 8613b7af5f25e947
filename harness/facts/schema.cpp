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
              "rate. Without that value the spelling gives nothing."},
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
  if (given("number") + given("text") + given("table") != 1)
    diagnostics.push_back({"", "needs exactly one of the keys number, text, table"});
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
