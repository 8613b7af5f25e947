// The keys of a fact's definition; the reference page is printed from them.
#include <fmt/format.h>

#include <harness/facts/definition.hpp>
#include <harness/facts/facts.hpp>

namespace memgrade::facts {
namespace {

std::vector<KeySpec> number_keys() {
  return {
      {.key = "match",
       .type = KeyType::regex,
       .required = true,
       .doc = "For a whole line; the first group captures the number: digits with a sign, hexadecimal after "
              "0x, or a real number."},
      {.key = "times",
       .type = KeyType::number,
       .doc = "The number is multiplied by this: 0.01 for per cent."},
      {.key = "times_fact",
       .type = KeyType::text,
       .doc = "The number is multiplied by this value of the run's truth: `addresses` makes a count of a "
              "rate. Without that value the spelling gives nothing."},
      {.key = "round",
       .type = KeyType::boolean,
       .fallback = false,
       .doc = "Round to the nearest whole number."},
  };
}

std::vector<KeySpec> table_keys() {
  return {
      {.key = "row",
       .type = KeyType::regex,
       .required = true,
       .doc = "For a whole line, with a named group `(?P<name>…)` for each column."},
      {.key = "columns",
       .type = KeyType::choice,
       .required = true,
       .map = true,
       .doc =
           "The columns and their types. A line with a number that does not fit 64 bits is no row; a group "
           "that takes no part in a match gives null.",
       .choices = {"integer", "number", "text"}},
  };
}

}  // namespace

const std::vector<KeySpec>& definition_keys() {
  static const std::vector<KeySpec> keys = {
      {.key = "from",
       .type = KeyType::choice,
       .list = true,
       .fallback = Json::array({"stdout"}),
       .doc = "Where to look, in this order; the first place that has a match wins. `files` are the text "
              "files that the run made, each for itself, in the order of their names.",
       .choices = {"stdout", "stderr", "files"}},
      {.key = "number",
       .type = KeyType::object,
       .list = true,
       .doc = "A number, in one of these spellings: the first in the list that matches any line wins, and of "
              "the lines that it matches the last one counts. Digits alone stay an integer.",
       .keys = number_keys(),
       .shorthand = "match"},
      {.key = "text",
       .type = KeyType::regex,
       .doc = "A text: what the first group captures (the whole line without a group) on the last line that "
              "matches."},
      {.key = "table",
       .type = KeyType::object,
       .doc = "A table with one row for each line that matches, at most 1,000,000 of them.",
       .keys = table_keys()},
      {.key = "example",
       .type = KeyType::text,
       .doc = "A line as it should look, shown to a student whose program prints none that matches."},
  };
  return keys;
}

std::vector<SettingComplaint> inspect_definition(const Json& definition) {
  std::vector<SettingComplaint> complaints;
  const auto given = [&](const char* key) {
    return definition.contains(key) && !definition.at(key).is_null();
  };
  if (given("number") + given("text") + given("table") != 1)
    complaints.push_back({"", "needs exactly one of the keys number, text, table"});
  if (!given("table")) return complaints;
  for (const Definition::Column& column : compile({"", definition}).columns) {
    const std::string pointer = "/table/columns/" + column.name;
    if (column.name == "rows" || column.name == "cut")
      complaints.push_back({pointer, fmt::format("a column cannot be named '{}'", column.name)});
    if (column.group < 0)
      complaints.push_back({pointer, fmt::format("the row has no group (?P<{}>…)", column.name)});
  }
  return complaints;
}

}  // namespace memgrade::facts
