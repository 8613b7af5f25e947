#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/values/rows.hpp>
#include <harness/oracle/paging/compare.hpp>

namespace memgrade::judge {
namespace {

struct ColumnParams {
  Comparison sides;
  std::optional<long double> within;
  std::uint64_t modulo = 0;  // 0: values are compared as they are

  explicit ColumnParams(const Json& params) : sides(params), within(number(param(params, "within"))) {
    const auto given = number(param(params, "modulo"));
    if (given && *given >= 1 && *given < 0x1p63L) modulo = static_cast<std::uint64_t>(*given);
  }
};

// The first row in which a number is too far from the true one, as far as both columns reach.
std::optional<oracle::Difference> first_too_far(const Json& truth, const Json& column, long double within) {
  for (std::size_t row = 0; row < truth.size() && row < column.size(); ++row) {
    if (truth[row].is_null()) continue;
    const auto expected = number(truth[row]);
    const auto given = number(column[row]);
    if (expected && given && std::fabs(*expected - *given) <= within) continue;
    return oracle::Difference{
        row, truth[row], column[row],
        fmt::format("expected {} ± {}, got {}", show(truth[row]), show(within), show(column[row]))};
  }
  return std::nullopt;
}

std::optional<oracle::Difference> first_of(const ColumnParams& params, const Json& truth,
                                           const Json& column) {
  if (params.within) return first_too_far(truth, column, *params.within);
  return oracle::first_difference(truth, column, params.modulo);
}

std::string other_rows(const oracle::Difference& difference) {
  return difference.wrong_rows > 1 ? fmt::format("; {} rows differ", difference.wrong_rows) : std::string();
}

Verdict check_column(const Json& json, const Observed& observed) {
  const ColumnParams params(json);
  const std::string& name = params.sides.fact;
  const Target expected = target(params.sides, observed);
  if (expected.value == nullptr) return fail_verdict("", "", expected.missing);
  const Json& truth = *expected.value;
  if (!truth.is_array()) return fail_verdict("", "", "there is no column to compare with");
  const Json& column = fact(observed, name);
  const std::string rows = fmt::format("{} rows", truth.size());
  if (column.is_null()) return missing_fact(observed, name, rows);
  if (!column.is_array()) return wrong_type(name, column, "a column");
  const auto difference = first_of(params, truth, column);
  if (difference && difference->row < std::min(truth.size(), column.size()))
    return fail_verdict(show(difference->expected), show(difference->observed),
                        fmt::format("{}: row {} of {}: {}{}", words_of(name), difference->row + 1,
                                    truth.size(), difference->why, other_rows(*difference)));
  const std::string given = fmt::format("{} rows", column.size());
  if (column.size() == truth.size()) return pass_verdict(rows, given);
  return fail_verdict(rows, given,
                      fmt::format("{}: {} where {} expected", words_of(name), given, rows_are(truth.size())));
}

}  // namespace

Checker column_checker() {
  return {{.name = "column",
           .doc = "One column has the values of the true one, row by row.",
           .fields = {fact_field("The column that was observed: `book.translations.value`."),
                      {.key = "to",
                       .type = FieldType::fact,
                       .required = true,
                       .doc = "The true column. Its nulls are not asked."},
                      {.key = "modulo",
                       .type = FieldType::integer,
                       .doc = "Compare whole numbers modulo this. Not together with `within`."},
                      {.key = "within",
                       .type = FieldType::number,
                       .doc = "The largest distance that is accepted."}},
           .inspect = [](const Json& params) -> std::vector<SettingDiagnostic> {
             if (param(params, "modulo").is_null() || param(params, "within").is_null()) return {};
             return {{"/within", "cannot stand beside 'modulo'"}};
           }},
          check_column};
}

}  // namespace memgrade::judge
