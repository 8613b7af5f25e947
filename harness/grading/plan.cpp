#include <algorithm>
#include <harness/grading/plan.hpp>
#include <set>

namespace memgrade::grading {

std::vector<std::string> selected_tasks(const Lab& lab, const std::vector<Selection>& selections) {
  std::vector<std::string> tasks;
  for (const Selection& selection : selections) {
    if (selection.lab != lab.name) continue;
    if (selection.task.empty()) return {};  // the whole lab was asked for as well
    tasks.push_back(selection.task);
  }
  return tasks;
}

Lab select_tasks(const Lab& whole, const std::vector<std::string>& selected, const std::string& variant) {
  Lab lab = whole;
  std::erase_if(lab.tasks, [&](const Task& task) {
    return !task.variants.empty() && std::ranges::find(task.variants, variant) == task.variants.end();
  });
  if (selected.empty()) return lab;
  std::set<std::string> wanted(selected.begin(), selected.end());
  // Needs never form a circle, so this ends after as many rounds as the longest chain has links.
  for (std::size_t before = 0; before != wanted.size();) {
    before = wanted.size();
    for (const Task& task : lab.tasks)
      if (wanted.contains(task.name))
        for (const Need& need : task.needs) wanted.insert(need.task);
  }
  Lab reduced = lab;
  std::erase_if(reduced.tasks, [&](const Task& task) { return !wanted.contains(task.name); });
  reduced.points = 0;
  for (Task& task : reduced.tasks) {
    if (std::ranges::find(selected, task.name) == selected.end()) {
      task.informational = true;
      task.points = 0;
    }
    reduced.points += task.points;
  }
  return reduced;
}

namespace {

bool meets(const Need& need, const TaskReport& report) {
  if (report.status == TaskStatus::pass) return true;
  const bool some = report.status == TaskStatus::partial || report.score > 0;
  return need.at_least == TaskStatus::partial && some;
}

}  // namespace

const Need* unmet_need(const Task& task, const std::map<std::string, TaskReport>& reports) {
  for (const Need& need : task.needs) {
    const auto report = reports.find(need.task);
    if (report == reports.end() || !meets(need, report->second)) return &need;
  }
  return nullptr;
}

bool is_ready(const Task& task, const std::map<std::string, TaskReport>& reports) {
  return std::ranges::all_of(task.needs, [&](const Need& need) { return reports.contains(need.task); });
}

}  // namespace memgrade::grading
