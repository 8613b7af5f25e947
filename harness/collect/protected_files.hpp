// What becomes of files of a submission that are not the student's to write: ours are used, and the report
// says so.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace memgrade::collect {

// Notes on the files below `from`: those of our tree that were changed, and those that it does not have.
// `students` are the files that are taken from there.
[[nodiscard]] std::vector<std::string> notes_on_protected_files(const std::filesystem::path& from,
                                                                const std::filesystem::path& our_tree,
                                                                const std::vector<std::string>& students);

}  // namespace memgrade::collect
