// What a run answered to the facts of a case, held against the oracle: for choosing a form and for searching.
// Judging is done elsewhere; this only counts, and finds the first difference.
#pragma once

#include <harness/base/json.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/lab.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

struct Answers {
  int given = 0;  // facts for which the output holds anything
  int right = 0;  // facts that agree with the truth
};
[[nodiscard]] Answers answers_of(const Lab& lab, const RunRecord& record, const Json& truth,
                                 const std::vector<std::string>& compare);

// What a shortened trace must keep, so that a wrong count is not explained by a trace on which nothing is
// printed.
enum class DifferenceKind { not_shown, rows_missing, rows_too_many, too_low, too_high, other };

struct Difference {
  std::optional<std::size_t> step;  // the row of a table, from 0; nothing for a statistic
  std::string expected, observed;
  DifferenceKind kind = DifferenceKind::other;
};
// Nothing when they agree. A statistic agrees with any value in truth["accepted"] of its name.
[[nodiscard]] std::optional<Difference> difference_in(const std::string& name, const Json& facts,
                                                      const Json& truth);

// The value of a dotted name below `object`, or null.
[[nodiscard]] const Json& at_path(const Json& object, std::string_view dotted_name);

}  // namespace memgrade::collect
