// From what a person types to a run's directory.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <string>

namespace memgrade::grading {

// `word` is a run's directory; or a student's directory whose run stands in `results` (reports/out); or the
// name of a run there, or its student's id or name. Two runs that fit are an error that lists both: a mark
// must not go to the wrong student.
[[nodiscard]] Result<std::filesystem::path> find_run(const std::string& word,
                                                     const std::filesystem::path& results);

}  // namespace memgrade::grading
