#include <algorithm>
#include <harness/base/student_markers.hpp>
#include <harness/base/text.hpp>

namespace memgrade {

std::optional<std::string_view> comment_of(std::string_view line) {
  line = trim(line);
  for (const std::string_view opening : {"//", "/*", "#"})
    if (line.starts_with(opening)) return trim(line.substr(opening.size()));
  return std::nullopt;
}

std::optional<StudentMarker> student_marker(std::string_view line) {
  constexpr std::string_view begin = "STUDENT BEGIN(", end = "STUDENT END";
  const std::size_t behind_code = std::min(line.find("//"), line.find("/*"));
  const auto said = comment_of(behind_code < line.size() ? line.substr(behind_code) : line);
  if (!said) return std::nullopt;
  if (said->starts_with(end)) return StudentMarker{};
  if (!said->starts_with(begin)) return std::nullopt;
  const std::string_view name = said->substr(begin.size());
  return StudentMarker{true, name.substr(0, name.find(')'))};
}

}  // namespace memgrade
