// Declared edits of a submission's files: what stands in a case file, made line by line and reported.
//
// An edit never adds or removes a line, so the compiler's findings name the student's own lines.
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::collect {

struct Edit {
  std::string name;
  std::string match;        // an RE2 regular expression, looked for in each line
  std::string replacement;  // with \1 … for groups, and {name} for a value
  std::string why;          // one sentence, for the report
};

struct EditMade {
  std::string name, why;
  std::vector<int> lines;  // from 1
};

struct Edited {
  std::string text;
  std::vector<EditMade> made;  // only those that found their place
};

// All edits, one after the other. `values` maps names to scalars; an Error of kind case_file names what is no
// regular expression or has no value.
[[nodiscard]] Result<Edited> apply_edits(std::string_view text, const std::vector<Edit>& edits,
                                         const Json& values);

// "ktest.c:12, 40: output-file (why)": for a report.
[[nodiscard]] std::string describe_edit(std::string_view file, const EditMade& edit);

}  // namespace memgrade::collect
