// Which column of a program's output is which: settled once, for all its runs together. Inside this module
// only; others see Layout in facts.hpp.
#pragma once

#include <harness/facts/columns.hpp>
#include <harness/facts/facts.hpp>
#include <optional>

namespace memgrade::facts {

// The columns of one definition, in the order of its rules; nothing for one that is not shown.
using ChosenColumns = std::vector<std::optional<ColumnName>>;

// A run's text, what is true of it, and its sources as they were scanned.
struct ScannedRun {
  const std::vector<std::unique_ptr<Source>>* sources = nullptr;
  const Json* truth = nullptr;
};
[[nodiscard]] ChosenColumns choose_columns(const Definition& definition, const std::vector<ScannedRun>& runs);

// `the number after "value:" in stdout`.
[[nodiscard]] std::string in_words(const ColumnName& name);

// {"rows": the most of any, "<column>": [...]} without the columns that are not shown; null without any.
[[nodiscard]] Json table_of(const Definition& definition, const ChosenColumns& chosen,
                            const std::vector<std::unique_ptr<Source>>& sources);

}  // namespace memgrade::facts
