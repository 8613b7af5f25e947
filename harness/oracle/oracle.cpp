// The table of oracles.
#include <algorithm>
#include <harness/oracle/oracle.hpp>
#include <harness/oracle/paging/paging.hpp>

namespace memgrade::oracle {

const std::vector<Oracle>& oracles() {
  static const std::vector<Oracle> table{
      {paging_spec(), paging_facts(), paging_truth, paging_explain},
  };
  return table;
}

const Oracle* find_oracle(std::string_view name) {
  const auto found = std::find_if(oracles().begin(), oracles().end(),
                                  [&](const Oracle& oracle) { return oracle.spec.name == name; });
  return found == oracles().end() ? nullptr : &*found;
}

}  // namespace memgrade::oracle
