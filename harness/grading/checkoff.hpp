// The check-off sheet of a run: what passed, what failed and why, what is asked, and the fields for the mark.
//
// Made of the stored evidence by today's case files, and of the code that was graded. A student looks at it
// too, so nothing stands in it that is for staff alone.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/checkoff.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::grading {

[[nodiscard]] Result<CheckoffSheet> checkoff_sheet(const std::filesystem::path& run,
                                                   const std::filesystem::path& root);

struct Checkoff {
  CheckoffSheet sheet;
  std::filesystem::path page;
};
// Writes the sheet as a page: to `out`, else RUN/checkoff.html.
[[nodiscard]] Result<Checkoff> write_checkoff(const std::filesystem::path& run,
                                              const std::filesystem::path& root,
                                              const std::optional<std::filesystem::path>& out);

}  // namespace memgrade::grading
