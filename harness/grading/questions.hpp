// Questions of a student's own for the check-off: from the lines of their source that a lab's rules look for,
// and from what failed. Pure: the same student with the same work is asked the same.
//
// Nothing here is a verdict, and no question holds what is for staff alone when the report does not.
#pragma once

#include <harness/model/checkoff.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::grading {

struct StudentWork {
  const LabReport& report;                          // as the student may see it
  const std::map<std::string, std::string>& files;  // by name
  std::string student;                              // who it is decides which questions are asked
};

// At most lab.most_questions. Those from failures come first, in the order of the tasks, and take at most
// half of the places unless the source gives too few; then those from the source, by file and line.
[[nodiscard]] std::vector<Question> questions_for(const Lab& lab, const StudentWork& work);

}  // namespace memgrade::grading
