// Finds a student's work: which labs a directory holds, and where in it.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/submission.hpp>
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

// Looks for each selected lab in `directory` and at most three levels below it; of several places the one
// nearest to the top is taken, then the one named like the lab, then the first by name. Errors: no such
// directory, not readable (usage); nothing found (nothing_found, and what was looked for). The student is
// named by an optional student.yaml {id, name, members}, else by the directory.
[[nodiscard]] Result<Submission> locate(const std::filesystem::path& directory, const std::vector<Lab>& labs,
                                        const std::vector<Selection>& selections);

// A lab that was asked for by name and is not in the submission.
[[nodiscard]] std::vector<std::string> labs_not_found(const Submission& submission,
                                                      const std::vector<Selection>& selections);

}  // namespace memgrade::grading
