// Collects violations for the models: the first of each rule, since what follows from a mistake is no second
// one.
#pragma once

#include <harness/oracle/rv64/rules.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::oracle {

class Violations {
 public:
  void add(Violation violation) {
    if (rules_.insert(violation.rule).second) all_.push_back(std::move(violation));
  }
  // How often something was added, repeated rules included, is not told: only whether there is anything.
  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] std::vector<Violation> take() { return std::move(all_); }

 private:
  std::set<std::string> rules_;
  std::vector<Violation> all_;
};

}  // namespace memgrade::oracle
