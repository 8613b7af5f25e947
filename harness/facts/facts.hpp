// From raw evidence to named, typed values: what a student's program said, as lab.yaml tells how to find it.
//
// This module stands beside oracle/: pure, used by the collectors (a differential search must compare answers
// while it runs) and by the judge (a changed spelling in lab.yaml is judged again without a rerun). It
// decides nothing.
//
// Text is matched line by line, after ANSI colours, NULs and carriage returns are taken away and blanks at
// both ends are trimmed; an expression must match the whole line, so that a number inside other prose is
// never taken. Expressions are RE2's: linear in the text's length whatever the text is.
#pragma once

#include <harness/base/json.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/schema.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::facts {

// The keys of one entry under `facts` in lab.yaml.
[[nodiscard]] const std::vector<FieldSpec>& definition_fields();
// Mistakes of a definition whose keys are right: not exactly one of number, text, table; a column without a
// group.
[[nodiscard]] std::vector<SettingDiagnostic> inspect_definition(const Json& definition);

// Which column of numbers is which, and how fine rates are printed: settled once for all the runs of a
// program, since a run of six lines tells little. `by agreement` means with the truth beside the text; so a
// fact of the kind `numbers` exists only where there is an oracle.
struct SettledLayout;
struct Layout {
  std::shared_ptr<const SettledLayout> settled;
};
struct KnownRun {
  const RunRecord* record = nullptr;
  const Json* truth = nullptr;  // of the run, or a null value
};
[[nodiscard]] Layout settle(const std::vector<FactSpec>& specs, const std::vector<KnownRun>& runs);
// For a person, a line for each column: `value: the number after "value:" in stdout`.
[[nodiscard]] std::vector<std::string> describe(const std::vector<FactSpec>& specs, const Layout& layout);

// The value of one fact in one run's output, or null when there is none. `truth` is what the oracle knows of
// the run (an object, or null): a rate becomes a count with its help.
//   number: an integer or a real number; the first of its spellings that matches any line wins, its last
//   match counts. text:   the captured string. table:  {"rows": N, "<column>": [values…], …}; null when no
//   line matches. numbers: a table without the columns that are not shown. statistic: a count as a number, or
//   a rate as {"rate": "24.4%", "count": 244.0, "unit": 1.0}, or {"rate": "0.2", "coarse": true}.
[[nodiscard]] Json extract(const FactSpec& spec, const RunRecord& run, const Json& truth);

// Whether there is anything to compare: a rate that is too coarse to tell one count from others is not shown.
[[nodiscard]] bool is_shown(const Json& value);
// The count that a statistic says, a rate's for a rate; nothing when it is neither or too coarse.
[[nodiscard]] std::optional<double> count_of(const Json& statistic);
// Whether a rate, rounded or cut off at its last decimal, can be that of this count.
[[nodiscard]] bool stands_for(const Json& rate, double count);

// All lab facts of one run and what is known of every run: exit_status (null when it did not exit by itself),
// signal, ending, stdout, stderr. Of a run with `observed`: its keys (values, steps, marks, printed, exits),
// and `files`, the text of each file.
[[nodiscard]] Json facts_of_run(const std::vector<FactSpec>& specs, const RunRecord& run, const Json& truth);
[[nodiscard]] Json facts_of_run(const std::vector<FactSpec>& specs, const RunRecord& run, const Json& truth,
                                const Layout& layout);

// Everything that checkers can name: {"<run>": {…}, "oracle": {"<run>": {…}}, "build": {…}, "search": {…}}.
[[nodiscard]] Json gather(const std::vector<FactSpec>& specs, const Evidence& evidence);

}  // namespace memgrade::facts
