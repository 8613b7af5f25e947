#include <algorithm>
#include <harness/casefile/circles.hpp>
#include <map>
#include <set>

namespace memgrade::casefile {
namespace {

// Depth first, with a stack of its own: a long chain of needs must not become a deep recursion.
class Search {
 public:
  explicit Search(const std::vector<Wish>& wishes) {
    for (const Wish& wish : wishes) edges_[wish.from].push_back(&wish);
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
  std::vector<Circle> circles;

 private:
  struct Step {
    std::string name;
    std::size_t next = 0;
  };
  void enter(const std::string& name) { path_.push_back({name, 0}); }
  void close(std::ptrdiff_t first) {
    Circle circle;
    for (auto step = path_.begin() + first; step != path_.end(); ++step) circle.names.push_back(step->name);
    const Step& start = path_[static_cast<std::size_t>(first)];
    circle.names.push_back(start.name);
    circle.wish = *edges_[start.name][start.next - 1];
    circles.push_back(std::move(circle));
  }

  std::map<std::string, std::vector<const Wish*>> edges_;
  std::set<std::string> done_;
  std::vector<Step> path_;
};

}  // namespace

std::vector<Circle> find_circles(const std::vector<Wish>& wishes, const std::vector<std::string>& order) {
  Search search(wishes);
  for (const std::string& name : order) search.from(name);
  for (const Wish& wish : wishes) search.from(wish.from);
  return std::move(search.circles);
}

}  // namespace memgrade::casefile
