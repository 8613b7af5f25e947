// How a lab's part of a submission was found, built, called and read, a line each: what `grade explain`
// prints, and what reports show folded.
#pragma once

#include <filesystem>
#include <harness/grading/run_labs.hpp>
#include <string>
#include <vector>

namespace memgrade::grading {

// Of a lab that was prepared; of another one only where it was found. `root` is the student's directory.
[[nodiscard]] std::vector<std::string> account_of(const LabRun& run, const std::filesystem::path& root);

}  // namespace memgrade::grading
