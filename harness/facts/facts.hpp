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
#include <vector>

namespace memgrade::facts {

// The keys of one entry under `facts` in lab.yaml.
[[nodiscard]] const std::vector<FieldSpec>& definition_fields();
// Mistakes of a definition whose keys are right: not exactly one of number, text, table; a column without a
// group.
[[nodiscard]] std::vector<SettingDiagnostic> inspect_definition(const Json& definition);

// The value of one fact in one run's output, or null when there is none. `truth` is what the oracle knows of
// the run (an object, or null): a rate becomes a count with its help.
//   number: an integer or a real number; the first of its spellings that matches any line wins, its last
//   match counts. text:   the captured string. table:  {"rows": N, "<column>": [values…], …}; null when no
//   line matches.
[[nodiscard]] Json extract(const FactSpec& spec, const RunRecord& run, const Json& truth);

// All lab facts of one run and what is known of every run: exit_status (null when it did not exit by itself),
// signal, ending, stdout, stderr. Of a run with `observed`: its keys (values, steps, marks, printed, exits),
// and `files`, the text of each file.
[[nodiscard]] Json facts_of_run(const std::vector<FactSpec>& specs, const RunRecord& run, const Json& truth);

// Everything that checkers can name: {"<run>": {…}, "oracle": {"<run>": {…}}, "build": {…}, "search": {…}}.
[[nodiscard]] Json gather(const std::vector<FactSpec>& specs, const Evidence& evidence);

}  // namespace memgrade::facts
