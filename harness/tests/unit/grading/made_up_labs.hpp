// Labs and reports made up for tests of the order of a run.
#pragma once

#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::grading::testing {

inline Task task_named(const std::string& name, std::vector<Need> needs = {}) {
  Task task;
  task.name = name;
  task.title = "The task " + name;
  task.points = 1;
  task.needs = std::move(needs);
  return task;
}

inline Lab lab_of(std::vector<Task> tasks, const std::string& name = "lab") {
  Lab lab;
  lab.name = name;
  lab.tasks = std::move(tasks);
  return lab;
}

inline TaskReport report_of(const std::string& task, TaskStatus status = TaskStatus::pass, double score = 1) {
  TaskReport report;
  report.task = task;
  report.status = status;
  report.score = score;
  report.max_score = 1;
  return report;
}

}  // namespace memgrade::grading::testing
