// Tasks that wait for each other: cycles in the graph of needs. Pure.
#pragma once

#include <string>
#include <vector>

namespace memgrade::casefile {

// `from` needs `to`; owner and pointer say where that stands.
struct Dependency {
  std::string from, to;
  std::size_t owner = 0;
  std::string pointer;
};

struct Cycle {
  std::vector<std::string> names;  // "a", "b", "a"
  Dependency dependency;           // the need of names[0] that leads into it
};

// A circle for every group of tasks that wait for each other (depth first from the tasks in `order`, then
// all others; at least one circle of each group, each edge that closes one once). None: empty.
[[nodiscard]] std::vector<Cycle> find_cycles(const std::vector<Dependency>& dependencies,
                                             const std::vector<std::string>& order);

}  // namespace memgrade::casefile
