// The sheet that a student and a member of staff have between them when the student explains the work.
//
// It holds nothing that is for staff alone: both look at it.
#pragma once

#include <harness/base/json.hpp>
#include <harness/model/report.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {

struct Question {
  std::string text;
  std::string file;  // where in the source; "" of a failure
  int line = 0;      // from 1
  std::string code;  // that line
};

// One lab's part.
struct CheckoffLab {
  LabReport report;                 // as the student may see it
  std::vector<Question> questions;  // made from this student's work
};

struct CheckoffSheet {
  std::string run;  // whose sheet it is, as `grade mark` takes it: a path, quoted for a shell; "" where no
                    // page can show it
  Student student;
  double score = 0, max_score = 0;
  bool provisional = false;
  std::vector<CheckoffLab> labs;
};

inline constexpr std::string_view kCheckoffSchema = "memgrade/checkoff/v1";

// The names in braces in a question of a case file: "line" of "Line {line} takes a lock". Braces around
// anything but small letters, digits and '_' are text.
[[nodiscard]] std::vector<std::string> placeholders(std::string_view text);
// `text` with every placeholder that `values` knows in its place. What is put in is not looked at again.
[[nodiscard]] std::string fill_in(std::string_view text, const std::map<std::string, std::string>& values);

// What the page is made of. The reports stand in it as in report.json.
[[nodiscard]] Json to_json(const CheckoffSheet& sheet);

}  // namespace memgrade
