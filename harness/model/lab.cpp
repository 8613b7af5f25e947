#include <algorithm>
#include <harness/model/lab.hpp>

namespace memgrade {

const Task* find_task(const Lab& lab, std::string_view name) {
  const auto found = std::ranges::find(lab.tasks, name, &Task::name);
  return found == lab.tasks.end() ? nullptr : &*found;
}

}  // namespace memgrade
