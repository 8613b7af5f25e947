// Finds a student's work: which labs a directory holds, and where in it.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/submission.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::grading {

// "LAB" or "LAB/TASK", as --lab takes it.
struct Selection {
  std::string lab, task;  // task empty: all of them
};
// Checks names against the labs (an error of kind usage, with a suggestion). Nothing selected: every lab.
[[nodiscard]] Result<std::vector<Selection>> parse_selections(const std::vector<std::string>& words,
                                                              const std::vector<Lab>& labs);

// What a teacher says of the submission beforehand.
struct Guidance {
  std::optional<std::filesystem::path> overrides;  // a file; its mistakes about this student are errors
  std::vector<std::string> calls, builds;          // of the command line, for the one lab that is selected
};

// Looks for each selected lab in `directory` and at most eight levels below it: by the names of files, else
// by what they say, and where one lab alone is selected, in any source. Of several places a final one comes
// before a draft, then the one nearest to the top, the one named like the lab, and the first by name. Errors:
// no such directory, not readable (usage); nothing found (nothing_found, and what was looked for). The
// student is named by an optional student.yaml (casefile/student_file.hpp), else by the directory.
[[nodiscard]] Result<Submission> locate(const std::filesystem::path& directory, const std::vector<Lab>& labs,
                                        const std::vector<Selection>& selections,
                                        const Guidance& guidance = {});

// A lab that was asked for by name and is not in the submission.
[[nodiscard]] std::vector<std::string> labs_not_found(const Submission& submission,
                                                      const std::vector<Selection>& selections);

}  // namespace memgrade::grading
