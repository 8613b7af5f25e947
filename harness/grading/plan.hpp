// The order of a run: which step can be taken next, by what is prepared and judged so far. Pure: it knows no
// thread, no process and no file, and whoever asks it takes the steps (schedule.hpp, rejudge.hpp).
#pragma once

#include <cstddef>
#include <harness/model/lab.hpp>
#include <harness/model/report.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::grading {

struct Step {
  enum class Kind {
    prepare,  // the lab
    judge,    // the task: everything that it needs is met
    skip,     // the task: `needed` did not do well enough
  };
  Kind kind = Kind::prepare;
  std::size_t lab = 0;
  const Task* task = nullptr;    // of judge and skip
  const Task* needed = nullptr;  // of skip
};

class Plan {
 public:
  // The labs outlive the plan. Needs never form a cycle (casefile sees to that).
  explicit Plan(const std::vector<const Lab*>& labs);

  // The next step that can be taken; from now on it counts as begun. Tasks of a lab that is prepared come
  // before preparing another one, so that results appear early. nullopt while everything left waits for steps
  // that were begun, and when nothing is left.
  [[nodiscard]] std::optional<Step> next();
  // A lab's preparation is over, however it ended: its tasks can be taken.
  void prepared(std::size_t lab);
  // A task's step is over. A skipped one is reported, too.
  void reported(std::size_t lab, const TaskReport& report);
  // Every task is reported.
  [[nodiscard]] bool is_done() const;

 private:
  enum class Progress { waiting, begun, over };
  // How much of a task that others need was achieved.
  struct Achieved {
    bool all = false, some = false;
  };
  struct LabState {
    const Lab* lab = nullptr;
    Progress preparation = Progress::waiting;
    std::vector<bool> begun;                   // by the lab's order of tasks
    std::map<std::string, Achieved> achieved;  // of the tasks that are reported
  };

  [[nodiscard]] static bool is_ready(const LabState& state, const Task& task);
  [[nodiscard]] static const Task* unmet(const LabState& state, const Task& task);

  std::vector<LabState> labs_;
};

}  // namespace memgrade::grading
