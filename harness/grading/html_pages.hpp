// The pages for people, made by the Python package in reports/.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <string>
#include <vector>

namespace memgrade::grading {

// Runs `python3 -m memgrade_reports ARGUMENTS…`. `root` is memgrade's own folder; `what` names in an error
// what could not be written.
[[nodiscard]] Status make_page(const std::filesystem::path& root, const std::vector<std::string>& arguments,
                               const std::string& what);

}  // namespace memgrade::grading
