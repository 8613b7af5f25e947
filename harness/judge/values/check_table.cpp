// A table that a program printed beside the true one. The comparison itself is the oracle's (compare.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/facts/facts.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/values/rows.hpp>
#include <harness/oracle/paging/compare.hpp>
#include <limits>
#include <map>

namespace memgrade::judge {
namespace {

// A column of physical addresses that is compared up to the numbering of frames.
struct FrameColumn {
  std::string column;
  oracle::FrameRule rule;
};

// What earns the check's weight where a column is not printed.
struct StandIn {
  std::string missing;  // the column
  std::vector<Comparison> columns, statistics;
};

struct TableParams {
  Comparison sides;
  std::vector<std::string> columns, optional, key;
  std::map<std::string, std::uint64_t> modulo;  // by column
  std::optional<FrameColumn> frames;
  std::optional<StandIn> stand_in;

  explicit TableParams(const Json& params);
};

struct ColumnDifference {
  std::string column;
  oracle::Difference difference;
};

std::uint64_t positive(const Json& value, std::uint64_t fallback) {
  const auto given = number(value);
  return given && *given >= 1 && *given < 0x1p63L ? static_cast<std::uint64_t>(*given) : fallback;
}

std::vector<Comparison> comparisons_of(const Json& entries) {
  std::vector<Comparison> comparisons;
  for (const Json& entry : entries) comparisons.emplace_back(entry);
  return comparisons;
}

TableParams::TableParams(const Json& params)
    : sides(params),
      columns(texts_param(params, "columns")),
      optional(texts_param(params, "optional")),
      key(texts_param(params, "key")) {
  if (const Json& by_column = param(params, "modulo"); by_column.is_object())
    for (const auto& [column, value] : by_column.items()) modulo[column] = positive(value, 0);
  if (const Json& given = param(params, "frames"); given.is_object())
    frames =
        FrameColumn{text_param(given, "column"),
                    {.page_bytes = positive(param(given, "page_bytes"), 1),
                     .frames = positive(param(given, "count"), std::numeric_limits<std::uint64_t>::max())}};
  if (const Json& given = param(params, "stand_in"); given.is_object())
    stand_in = StandIn{text_param(given, "for"), comparisons_of(param(given, "columns")),
                       comparisons_of(param(given, "statistics"))};
}

std::size_t rows_of(const Json& table) {
  return static_cast<std::size_t>(positive(param(table, "rows"), 0));
}

std::optional<oracle::Difference> difference_in(const std::string& column, const TableParams& params,
                                                const Json& truth, const Json& table) {
  if (params.frames && params.frames->column == column)
    return oracle::first_frame_difference(param(truth, column), param(table, column), params.frames->rule);
  const auto modulo = params.modulo.find(column);
  return oracle::first_difference(param(truth, column), param(table, column),
                                  modulo == params.modulo.end() ? 0 : modulo->second);
}

// The difference in the earliest row; of one row, in the first of the columns.
std::optional<ColumnDifference> first_of(const std::vector<std::string>& columns, const TableParams& params,
                                         const Json& truth, const Json& table) {
  std::optional<ColumnDifference> first;
  for (const std::string& column : columns) {
    auto found = difference_in(column, params, truth, table);
    if (found && (!first || found->row < first->difference.row))
      first = ColumnDifference{column, *std::move(found)};
  }
  return first;
}

// The columns to show: what tells a row, which is the truth's first column unless the case says otherwise,
// then those that are compared.
std::vector<std::string> shown_columns(const TableParams& params, const Json& truth,
                                       const std::vector<std::string>& compared) {
  std::vector<std::string> shown = params.key;
  if (shown.empty())
    for (const auto& [name, values] : truth.items())
      if (values.is_array() && shown.empty()) shown.push_back(name);
  for (const std::string& column : compared)
    if (std::ranges::find(shown, column) == shown.end()) shown.push_back(column);
  return shown;
}

bool holds_columns(const Json& truth, const std::vector<std::string>& columns) {
  return truth.is_object() && !columns.empty() && param(truth, "rows").is_number() &&
         std::ranges::all_of(columns, [&](const std::string& column) {
           return param(truth, column).is_array() && param(truth, column).size() == rows_of(truth);
         });
}

// Nothing printed is right where there is nothing to print, if the program came to its end.
bool rightly_empty(const Json& truth, const Json& value, const Observed& observed, const std::string& name) {
  const RunRecord* const run = run_of(observed.evidence, name);
  return rows_of(truth) == 0 && value.is_null() && run != nullptr &&
         run->termination == Termination::exited && run->exit_status == 0 && !observed.evidence.unobserved;
}

Verdict differing(const ColumnDifference& first, const std::vector<std::string>& shown, const Json& truth,
                  const Json& table, const std::string& name) {
  const std::size_t row = first.difference.row, expected_rows = rows_of(truth), rows = rows_of(table);
  Verdict verdict = fail_verdict(row_text(truth, shown, row, true), row_text(table, shown, row, false),
                                 fmt::format("{}: row {} of {} differs in {}: {}", words_of(name), row + 1,
                                             expected_rows, first.column, first.difference.why));
  if (first.difference.wrong_rows > 1)
    verdict.message += fmt::format("; {} rows differ", first.difference.wrong_rows);
  verdict.detail = rows_around(truth, table, shown, row);
  if (rows == expected_rows) return verdict;
  verdict.message =
      fmt::format("{}: {} where {} expected", words_of(name), counted(rows, "row"), rows_are(expected_rows));
  if (row < std::min(rows, expected_rows))
    verdict.message += fmt::format("; the first that differs is row {}, in {}: {}", row + 1, first.column,
                                   first.difference.why);
  return verdict;
}

// The columns that the program shows, of those that it need not; "" when it shows none of the others.
std::vector<std::string> columns_to_compare(const TableParams& params, const Json& table) {
  std::vector<std::string> columns = params.columns;
  std::erase_if(columns, [&](const std::string& column) {
    return std::ranges::find(params.optional, column) != params.optional.end() &&
           param(table, column).is_null();
  });
  return columns;
}

Verdict compared(const TableParams& params, const Json& truth, const Json& table) {
  const std::string& name = params.sides.fact;
  const auto columns = columns_to_compare(params, table);
  const auto first = first_of(columns, params, truth, table);
  if (first) return differing(*first, shown_columns(params, truth, columns), truth, table, name);
  const std::string expected = counted(rows_of(truth), "row"), given = counted(rows_of(table), "row");
  // Rows of which nothing is asked still have to be there, and no table that was cut is whole.
  if (rows_of(table) != rows_of(truth) || !param(table, "cut").is_null())
    return fail_verdict(
        expected, given,
        fmt::format("{}: {}{} where {} expected", words_of(name),
                    param(table, "cut").is_null() ? "" : "more than ", given, rows_are(rows_of(truth))));
  return pass_verdict(expected, given);
}

// Whether the fact of one entry of `stand_in` is right; nothing when it is not shown.
std::optional<bool> is_right(const Comparison& entry, const Observed& observed) {
  const Json& value = fact(observed, entry.fact);
  const Target expected = target(entry, observed);
  if (!facts::is_shown(value) || expected.value == nullptr) return std::nullopt;
  const Json& truth = *expected.value;
  if (value.is_array()) return !oracle::first_difference(truth, value).has_value();
  if (!truth.is_array()) return same_value(value, truth);
  return std::ranges::any_of(truth, [&](const Json& one) { return same_value(value, one); });
}

// How many of the entries are right; nothing when one of them is not shown.
std::optional<std::size_t> right_of(const std::vector<Comparison>& entries, const Observed& observed) {
  std::size_t right = 0;
  for (const Comparison& entry : entries) {
    const auto verdict = is_right(entry, observed);
    if (!verdict) return std::nullopt;
    right += *verdict ? 1 : 0;
  }
  return right;
}

// What other facts show in the place of a column that is not printed. A value depends on its address alone,
// so that who never translates has right values too: without a right statistic they stand for nothing.
std::optional<Verdict> stood_in_for(const StandIn& stand_in, const Observed& observed, const Json& table) {
  const std::string& missing = stand_in.missing;
  if (missing.empty() || !param(table, missing).is_null()) return std::nullopt;
  const auto columns = right_of(stand_in.columns, observed);
  const auto statistics = right_of(stand_in.statistics, observed);
  const std::size_t all = stand_in.columns.size() + stand_in.statistics.size();
  if (!columns || !statistics || all == 0) return std::nullopt;
  const std::size_t right = *columns + *statistics;
  const std::string expected = counted(all, "fact"), given = fmt::format("{} of {} right", right, all);
  const std::string why =
      fmt::format("no {} column is printed; what it is worth goes to values and statistics", missing);
  if (right == all) return pass_verdict(expected, given, why);
  Verdict verdict = fail_verdict(expected, given, fmt::format("{}: {} of {} are right", why, right, all));
  if (*statistics > 0) verdict.fraction = static_cast<double>(right) / static_cast<double>(all);
  return verdict;
}

Verdict check_table(const Json& json, const Observed& observed) {
  const TableParams params(json);
  const std::string& name = params.sides.fact;
  const Target expected = target(params.sides, observed);
  if (expected.value == nullptr) return fail_verdict("", "", expected.missing);
  const Json& truth = *expected.value;
  if (!holds_columns(truth, params.columns))
    return fail_verdict("", "", "there is nothing to compare with in these columns");
  const Json& table = fact(observed, name);
  if (params.stand_in)
    if (auto instead = stood_in_for(*params.stand_in, observed, table)) return *std::move(instead);
  if (rightly_empty(truth, table, observed, name)) return pass_verdict("0 rows", "0 rows");
  if (table.is_null()) return missing_fact(observed, name, counted(rows_of(truth), "row"));
  if (!param(table, "rows").is_number()) return wrong_type(name, table, "a table");
  for (const std::string& column : columns_to_compare(params, table))
    if (param(table, column).is_null())
      return missing_fact(observed, name + "." + column, counted(rows_of(truth), "row"));
  return compared(params, truth, table);
}

std::vector<FieldSpec> frame_fields() {
  return {{.key = "column", .required = true, .doc = "The column, one of `columns`."},
          {.key = "page_bytes",
           .type = FieldType::size,
           .required = true,
           .unit = "bytes",
           .doc = "The size of a frame."},
          {.key = "count",
           .type = FieldType::integer,
           .doc = "How many frames there are; a frame beyond is a difference. Without it, any."}};
}

std::vector<FieldSpec> stand_in_fields() {
  const std::vector<FieldSpec> pair = {
      fact_field("What was observed."),
      {.key = "to", .type = FieldType::fact, .required = true, .doc = "What is right, or a list of it."}};
  return {
      {.key = "for", .required = true, .doc = "The column that may be missing, one of `columns`."},
      {.key = "columns", .type = FieldType::object, .list = true, .doc = "Columns.", .fields = pair},
      {.key = "statistics", .type = FieldType::object, .list = true, .doc = "Statistics.", .fields = pair}};
}

std::vector<FieldSpec> table_fields() {
  return {
      fact_field("The table that was observed."),
      {.key = "to",
       .type = FieldType::fact,
       .required = true,
       .doc = "The true table. Its nulls are not asked."},
      {.key = "columns",
       .required = true,
       .list = true,
       .doc = "The columns that are compared.",
       .refers_to = Reference{"column", "fact"}},
      {.key = "optional",
       .list = true,
       .doc = "Those of `columns` that a program need not print, such as the addresses that it was given."},
      {.key = "stand_in",
       .type = FieldType::object,
       .doc =
           "What earns the check's weight where the output has no such column: the share of these facts that "
           "are right, and nothing when one of them is not shown, or no statistic is right.",
       .fields = stand_in_fields()},
      {.key = "key",
       .list = true,
       .doc = "The columns that tell a reader which row it is; without it, the true table's first.",
       .refers_to = Reference{"column", "to"}},
      {.key = "modulo",
       .type = FieldType::integer,
       .map = true,
       .doc = "Columns whose whole numbers are compared modulo this: with 65536, -1 and 65535 are equal."},
      {.key = "frames",
       .type = FieldType::object,
       .doc =
           "A column of physical addresses that is compared up to the numbering of frames: offsets are the "
           "same, and each of the program's frames stands for one of the true ones in every row.",
       .fields = frame_fields()},
  };
}

// Columns that other keys name are among those that are compared.
std::vector<SettingDiagnostic> inspect_columns(const Json& params) {
  const std::vector<std::string> columns = texts_param(params, "columns");
  std::vector<SettingDiagnostic> diagnostics;
  const auto look_up = [&](const std::string& name, const std::string& pointer) {
    if (std::ranges::find(columns, name) == columns.end())
      diagnostics.push_back(
          {pointer, fmt::format("'{}' is none of `columns`{}", name, did_you_mean(name, columns))});
  };
  const std::vector<std::string> optional = texts_param(params, "optional");
  for (std::size_t i = 0; i < optional.size(); ++i) look_up(optional[i], fmt::format("/optional/{}", i));
  if (const Json& frames = param(params, "frames"); frames.is_object())
    look_up(text_param(frames, "column"), "/frames/column");
  if (const Json& stand_in = param(params, "stand_in"); stand_in.is_object())
    look_up(text_param(stand_in, "for"), "/stand_in/for");
  if (const Json& modulo = param(params, "modulo"); modulo.is_object())
    for (const auto& [column, unused] : modulo.items()) look_up(column, "/modulo/" + column);
  return diagnostics;
}

}  // namespace

Checker table_checker() {
  return {{.name = "table",
           .doc = "A table has the rows of the true one. Shows the first row that differs as values.",
           .fields = table_fields(),
           .inspect = inspect_columns},
          check_table};
}

}  // namespace memgrade::judge
