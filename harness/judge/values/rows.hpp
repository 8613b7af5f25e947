// Rows of a table as text for a person. Inside this module only.
#pragma once

#include <harness/base/json.hpp>
#include <string>
#include <vector>

namespace memgrade::judge {

// "1000 rows are", "1 row is": before "expected".
[[nodiscard]] std::string rows_are(std::size_t rows);

// "virtual 16916, physical 20, value 0": the given columns of one row (from 0) of {"<column>": [values…]}; a
// null is "any" in the truth and "nothing" in what was observed. "no such row" beyond the end.
[[nodiscard]] std::string row_text(const Json& table, const std::vector<std::string>& columns,
                                   std::size_t row, bool is_truth);

// The rows around `row`, expected beside observed, a mark at the one that differs.
[[nodiscard]] std::string rows_around(const Json& truth, const Json& observed,
                                      const std::vector<std::string>& columns, std::size_t row);

}  // namespace memgrade::judge
