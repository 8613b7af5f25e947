// Call sequences through the driver: seeded, judged by the models while they run, and shortened when a rule
// breaks.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/riscv_kernel/machine.hpp>
#include <harness/model/search.hpp>
#include <harness/oracle/rv64/driver_ops.hpp>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace memgrade::collect {

// An entry of a task's `calls`; the defaults are the schema's.
struct CallSettings {
  std::string family;
  std::string part;  // of the submission, see `parts`; "": all of it
  std::uint64_t first = 1, count = 1;
  std::size_t steps = 0;  // 0: as the family says
  std::size_t budget = 0;
};
[[nodiscard]] CallSettings call_settings(const Json& settings);

// Thread-safe. A kernel that does not get to the driver's first line in one family of a phase does not in the
// others: it has done the same until then, and is not booted for them.
class KernelCalls {
 public:
  explicit KernelCalls(const KernelMachine& machine) : machine_(machine) {}
  [[nodiscard]] Result<FamilyResult> try_family(const CallSettings& settings);

 private:
  const KernelMachine& machine_;
  std::mutex mutex_;
  std::map<std::pair<std::string, oracle::Phase>, FamilyResult> never_began_;  // by image
};

}  // namespace memgrade::collect
