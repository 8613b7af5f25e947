// Declared edits of a submission's files: what stands in a case file, made line by line and reported.
//
// An edit never adds or removes a line, so the compiler's findings name the student's own lines.
#pragma once

#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <harness/model/schema.hpp>
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
  std::vector<int> lines;          // from 1
  std::vector<std::string> texts;  // what stands in each of them now
};

struct Edited {
  std::string text;
  std::vector<EditMade> made;  // only those that found their place
};

// The list `edits` of a case file. `match_key` is the name of the expression's key, which differs between
// collectors; `more` are the keys that say what an edit is for.
struct EditsField {
  std::string match_key, doc, match_doc, replace_doc;
  std::vector<FieldSpec> more;
};
[[nodiscard]] FieldSpec edits_field(const EditsField& wanted);
// An entry of it.
[[nodiscard]] Edit edit_from(const Json& entry, const std::string& match_key);

// All edits, one after the other. `values` maps names to scalars; an Error of kind case_file names what is no
// regular expression or has no value.
[[nodiscard]] Result<Edited> apply_edits(std::string_view text, const std::vector<Edit>& edits,
                                         const Json& values);

// "ktest.c:12, 40: output-file (why)": for a report.
[[nodiscard]] std::string describe_edit(std::string_view file, const EditMade& edit);

// The same edit by hand: "sed -i -e '12s|.*|…|' ktest.c".
[[nodiscard]] std::string edit_command(std::string_view file, const EditMade& edit);

}  // namespace memgrade::collect
