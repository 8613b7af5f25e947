#include <algorithm>
#include <harness/grading/select_tasks.hpp>
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

}  // namespace memgrade::grading
