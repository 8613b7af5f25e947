// Takes a plan's steps on a few threads. How a step is done is handed in, so that the order can be tried
// without a process, and so that whatever it is about is no business of the threads.
#pragma once

#include <functional>
#include <harness/base/result.hpp>
#include <harness/grading/plan.hpp>
#include <harness/model/evidence.hpp>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace memgrade::grading {

// What to do for a step; `lab` is the lab's place in the plan. Called without a lock, `prepare` once for each
// lab and before everything else of it, all others once for each task and from several threads at a time.
struct Actions {
  std::function<Status(std::size_t lab)> prepare;
  std::function<Result<Evidence>(std::size_t lab, const Task& task)> collect;
  std::function<Status(std::size_t lab, const Task& task, const Evidence& evidence)> store;
  std::function<TaskReport(std::size_t lab, const Task& task, const Evidence& evidence)> judge;
  std::function<TaskReport(std::size_t lab, const Task& task, const Task& needed)> skip;
  // Told one at a time.
  std::function<void(std::size_t lab, const Task& task)> begins = [](auto&&, auto&&) {};
  std::function<void(std::size_t lab, const TaskReport& report)> done = [](auto&&, auto&&) {};
};

using TaskReports = std::map<std::string, TaskReport>;  // by the task's name

// The reports of every lab, in their order. An Error only when the whole run must stop (interrupted, disk
// full, a broken case), the first that came. What merely cannot be observed becomes evidence that says so, of
// one task, or of all tasks of a lab that could not be prepared; tasks that a person marks are not observed.
[[nodiscard]] Result<std::vector<TaskReports>> run_plan(const std::vector<const Lab*>& labs,
                                                        const Actions& actions, unsigned threads,
                                                        std::stop_token stop);

}  // namespace memgrade::grading
