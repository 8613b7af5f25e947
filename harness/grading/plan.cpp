#include <algorithm>
#include <harness/grading/plan.hpp>

namespace memgrade::grading {

Plan::Plan(const std::vector<const Lab*>& labs) {
  for (const Lab* lab : labs)
    labs_.push_back({lab, Progress::waiting, std::vector<bool>(lab->tasks.size()), {}});
}

bool Plan::is_ready(const LabState& state, const Task& task) {
  return std::ranges::all_of(task.needs,
                             [&](const Need& need) { return state.achieved.contains(need.task); });
}

// The first task that it needs and that did not do well enough, or null.
const Task* Plan::unmet(const LabState& state, const Task& task) {
  for (const Need& need : task.needs) {
    const Achieved& achieved = state.achieved.at(need.task);
    const bool met = achieved.all || (need.at_least == TaskStatus::partial && achieved.some);
    if (!met) return find_task(*state.lab, need.task);
  }
  return nullptr;
}

std::optional<Step> Plan::next() {
  for (std::size_t i = 0; i < labs_.size(); ++i) {
    LabState& state = labs_[i];
    if (state.preparation != Progress::over) continue;
    for (std::size_t t = 0; t < state.begun.size(); ++t) {
      const Task& task = state.lab->tasks[t];
      if (state.begun[t] || !is_ready(state, task)) continue;
      state.begun[t] = true;
      const Task* const needed = unmet(state, task);
      return Step{needed ? Step::Kind::skip : Step::Kind::judge, i, &task, needed};
    }
  }
  const auto waiting = std::ranges::find(labs_, Progress::waiting, &LabState::preparation);
  if (waiting == labs_.end()) return std::nullopt;
  waiting->preparation = Progress::begun;
  return Step{Step::Kind::prepare, static_cast<std::size_t>(waiting - labs_.begin()), nullptr, nullptr};
}

void Plan::prepared(std::size_t lab) {
  labs_[lab].preparation = Progress::over;
}

void Plan::reported(std::size_t lab, const TaskReport& report) {
  // What could not be observed is not held against what needs it: that is tried, and says so itself.
  const bool all = report.status == TaskStatus::pass || report.status == TaskStatus::infra_error;
  const bool some = report.status == TaskStatus::partial || report.score > 0;
  labs_[lab].achieved[report.task] = {all, all || some};
}

bool Plan::is_done() const {
  return std::ranges::all_of(
      labs_, [](const LabState& state) { return state.achieved.size() == state.begun.size(); });
}

}  // namespace memgrade::grading
