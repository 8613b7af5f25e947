// From normalised JSON to the values of harness/model: the last, small step. Only for settings in which
// nothing was found; makes no decision beyond a check's default title.
#pragma once

#include <harness/casefile/validate.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/schema.hpp>

namespace memgrade::casefile {

// Everything but the tasks and the directory.
[[nodiscard]] Lab lab_from(const Checked& checked);
[[nodiscard]] Task task_from(const Checked& checked, const Vocabulary& vocabulary);

// What a check is called when nothing else is said: "page faults" of a fact "book.page_faults", else the
// checker's name with blanks.
[[nodiscard]] std::string default_title(const TermSpec& checker, const Json& params);

}  // namespace memgrade::casefile
