#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/values/rows.hpp>

namespace memgrade::judge {

std::string rows_are(std::size_t rows) {
  return counted(rows, "row") + (rows == 1 ? " is" : " are");
}

std::string row_text(const Json& table, const std::vector<std::string>& columns, std::size_t row,
                     bool is_truth) {
  std::string text;
  bool any = false;
  for (const std::string& name : columns) {
    const Json& column = param(table, name);
    const bool there = column.is_array() && row < column.size();
    any = any || there;
    const bool asked = there && !column[row].is_null();
    const std::string value = asked ? show(column[row]) : std::string(is_truth ? "any" : "nothing");
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  }
  return any ? text : "no such row";
}

std::string rows_around(const Json& truth, const Json& observed, const std::vector<std::string>& columns,
                        std::size_t row) {
  constexpr std::size_t kAround = 2;
  std::string text;
  for (std::size_t i = row < kAround ? 0 : row - kAround; i <= row + kAround; ++i) {
    const std::string expected = row_text(truth, columns, i, true);
    const std::string given = row_text(observed, columns, i, false);
    if (i > row && expected == "no such row" && given == expected) break;
    text += fmt::format("{} row {}\n    expected {}\n    observed {}\n", i == row ? ">" : " ", i + 1,
                        expected, given);
  }
  return text;
}

}  // namespace memgrade::judge
