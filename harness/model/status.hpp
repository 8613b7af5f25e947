// The words of a verdict. Their meaning is fixed in docs/design.md ("Statuses").
#pragma once

#include <optional>
#include <string_view>

namespace memgrade {

enum class TaskStatus {
  pass,         // full marks, judged on evidence
  partial,      // some marks
  fail,         // none
  crash,        // the student's program, module or kernel died (signal, oops, panic)
  timeout,      // it made no progress until a deadline
  skipped,      // a task it needs did not pass
  pending,      // a person marks this one
  infra_error,  // we could not observe; costs nobody points, the total is provisional
};

// Who may see a check's row. A report for students leaves `staff` rows out, and what they say.
enum class Visibility { visible, staff };

[[nodiscard]] std::string_view to_string(TaskStatus status);
[[nodiscard]] std::optional<TaskStatus> task_status_from(std::string_view word);
[[nodiscard]] std::string_view to_string(Visibility visibility);

}  // namespace memgrade
