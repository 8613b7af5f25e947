// The comments that say which part of a file a student writes:
//
//   // STUDENT BEGIN(tlb-lookup)
//   …
//   // STUDENT END
//
// The comment may be `//`, `/*` or `#`.
#pragma once

#include <optional>
#include <string_view>

namespace memgrade {

// What a line says that is a comment from its first sign on; nothing of any other line.
[[nodiscard]] std::optional<std::string_view> comment_of(std::string_view line);

struct StudentMarker {
  bool begins = false;    // else it ends
  std::string_view part;  // of BEGIN: the name in parentheses
};
// A comment that begins with "STUDENT BEGIN(" or "STUDENT END", on a line of its own or behind code, as a
// student may have moved it; words inside other prose are none.
[[nodiscard]] std::optional<StudentMarker> student_marker(std::string_view line);

}  // namespace memgrade
