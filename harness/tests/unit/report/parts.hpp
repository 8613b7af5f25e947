// What made-up reports are put together from.
#pragma once

#include <harness/model/report.hpp>
#include <string>
#include <utility>

namespace memgrade::report::testing {

inline CheckReport row(std::string title, std::string expected, std::string observed, std::string message) {
  CheckReport check;
  check.checker = "equals";
  check.title = std::move(title);
  check.expected = std::move(expected);
  check.observed = std::move(observed);
  check.message = std::move(message);
  return check;
}

inline CheckReport passed_check(std::string title, const std::string& observed) {
  CheckReport check = row(std::move(title), observed, observed, "as it should be");
  check.passed = true;
  check.fraction = 1;
  return check;
}

inline CheckReport failed_check(std::string title, std::string expected, std::string observed,
                                std::string message, std::string hint) {
  CheckReport check = row(std::move(title), std::move(expected), std::move(observed), std::move(message));
  check.hint = std::move(hint);
  return check;
}

inline TaskReport task(std::string name, std::string title, TaskStatus status, double score,
                       double max_score) {
  TaskReport made;
  made.evidence = "evidence/vmsim/" + name + ".json";
  made.task = std::move(name);
  made.title = std::move(title);
  made.status = status;
  made.score = score;
  made.max_score = max_score;
  return made;
}

}  // namespace memgrade::report::testing
