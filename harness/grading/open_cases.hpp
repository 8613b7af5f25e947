// The case files that this program can read, and reading them.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/schema.hpp>
#include <vector>

namespace memgrade::grading {

// All that case files may name: collectors, checkers, oracles, generators.
[[nodiscard]] const Vocabulary& vocabulary();

// The labs of a case directory; diagnostics become one error (kind case_file) with a line for each.
[[nodiscard]] Result<std::vector<Lab>> open_cases(const std::filesystem::path& cases);

}  // namespace memgrade::grading
