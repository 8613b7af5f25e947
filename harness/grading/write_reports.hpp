// Puts a report's files into a directory: report.json, report.md, junit.xml, and report.html by the pages of
// reports/. They are for staff and hold everything. The same four in student/ are what a student may see.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/report.hpp>
#include <string>
#include <vector>

namespace memgrade::grading {

inline constexpr const char* kStudentDirectory = "student";

// `root` is memgrade's own folder (for reports/). A page that cannot be made is a warning, not an error: the
// record is complete without it.
[[nodiscard]] Result<std::vector<std::string>> write_reports(const Report& report,
                                                             const std::filesystem::path& directory,
                                                             const std::filesystem::path& root);

}  // namespace memgrade::grading
