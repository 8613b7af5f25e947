#include <algorithm>
#include <harness/casefile/cycles.hpp>
#include <map>
#include <set>

namespace memgrade::casefile {
namespace {

// Depth first, with a stack of its own: a long chain of needs must not become a deep recursion.
class Search {
 public:
  explicit Search(const std::vector<Dependency>& dependencies) {
    for (const Dependency& dependency : dependencies) edges_[dependency.from].push_back(&dependency);
  }
  void from(const std::string& start) {
    if (done_.contains(start)) return;
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      const auto& edges = edges_[step.name];
      if (step.next == edges.size()) {
        done_.insert(step.name);
        path_.pop_back();
        continue;
      }
      const std::string& to = edges[step.next++]->to;
      const auto again = std::ranges::find(path_, to, &Step::name);
      if (again != path_.end())
        close(again - path_.begin());
      else if (!done_.contains(to))
        enter(to);
    }
  }
  std::vector<Cycle> cycles;

 private:
  struct Step {
    std::string name;
    std::size_t next = 0;
  };
  void enter(const std::string& name) { path_.push_back({name, 0}); }
  void close(std::ptrdiff_t first) {
    Cycle cycle;
    for (auto step = path_.begin() + first; step != path_.end(); ++step) cycle.names.push_back(step->name);
    const Step& start = path_[static_cast<std::size_t>(first)];
    cycle.names.push_back(start.name);
    cycle.dependency = *edges_[start.name][start.next - 1];
    cycles.push_back(std::move(cycle));
  }

  std::map<std::string, std::vector<const Dependency*>> edges_;
  std::set<std::string> done_;
  std::vector<Step> path_;
};

}  // namespace

std::vector<Cycle> find_cycles(const std::vector<Dependency>& dependencies,
                               const std::vector<std::string>& order) {
  Search search(dependencies);
  for (const std::string& name : order) search.from(name);
  for (const Dependency& dependency : dependencies) search.from(dependency.from);
  return std::move(search.cycles);
}

}  // namespace memgrade::casefile
