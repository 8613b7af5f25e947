// What the writers share: the words and symbols of a status, how points look, and text made fit to be shown.
//
// Every text that a submission could have shaped (output, file names, names of people, compiler messages)
// goes through plain_text() or one_line() before a writer escapes it for its own format.
#pragma once

#include <cstddef>
#include <harness/model/report.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::report {

// One column wide: ✓ full marks, ~ some, ✗ none, - skipped, ? waits for a person, ! not observed.
[[nodiscard]] std::string_view symbol(TaskStatus status);
// The status in running text: "infra_error" reads as "not observed".
[[nodiscard]] std::string_view status_words(TaskStatus status);

// At most two decimals: "1.5", "0.33".
[[nodiscard]] std::string points(double value);
// "0.75 / 1.5".
[[nodiscard]] std::string points_of(double score, double max_score);
// Whether the task has points that are known.
[[nodiscard]] bool has_score(const TaskReport& task);
// The column of a table: "0.75 / 1.5", "? / 1" while the points are not known, "info" for what is never
// counted, "–" for a task without points.
[[nodiscard]] std::string points_cell(const TaskReport& task);

// Valid UTF-8 that cannot steer a terminal, the direction of text, or a log reader of GitHub ("##[command]").
[[nodiscard]] std::string plain_text(std::string_view bytes);
// The same on one line, without spaces at its ends.
[[nodiscard]] std::string one_line(std::string_view bytes);
// one_line() of `title`, or of `otherwise` when the title is blank.
[[nodiscard]] std::string title_of(std::string_view title, std::string_view otherwise);

// "Wang Xiaoming (s001)", "s001", or "(no name)".
[[nodiscard]] std::string person(std::string_view id, std::string_view name);
// "Wang Xiaoming (s001), share 0.5".
[[nodiscard]] std::string member_line(const Member& member);

// "vm.c:12:5: error: expected ';' [-Wformat]"; parts that are not known are left out.
[[nodiscard]] std::string diagnostic_line(const Diagnostic& diagnostic);

// What a check earned and what it limits, as short remarks: "60 % right", "limits the task to 50 %", "staff
// only".
[[nodiscard]] std::vector<std::string> remarks(const CheckReport& check);

// "marked by Ms Ada on 2026-01-02 at 03:04 UTC, late".
[[nodiscard]] std::string grade_line(const ManualGrade& manual_grade);
// What belongs to it, a line each: that the code has changed since, what the person wrote.
[[nodiscard]] std::vector<std::string> grade_remarks(const ManualGrade& manual_grade);

// Counts in the order of the statuses: "4 pass, 1 partial, 2 fail"; tasks that are never counted are left
// out.
[[nodiscard]] std::string tally(const Report& report);
// Why the total may still change; "" when it is final.
[[nodiscard]] std::string provisional_note(const Report& report);

// The first lines of a text and how many more there are.
struct Head {
  std::vector<std::string> lines;
  std::size_t left_out = 0;
};
[[nodiscard]] Head head(std::string_view text, std::size_t max_lines);

}  // namespace memgrade::report
