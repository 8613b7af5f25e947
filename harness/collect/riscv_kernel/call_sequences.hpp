// Call sequences through the driver: seeded, judged by the models while they run, and shortened when a rule
// breaks.
//
// What is kept for a family: {"boots": n, "calls": n, "violations": [{rule, sentence, expected, observed,
// picture, seed, sequence, full_length, minimal}], "ended": null or how the kernel ended before the driver
// was done}.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/riscv_kernel/machine.hpp>
#include <harness/oracle/rv64/driver_ops.hpp>
#include <map>
#include <mutex>

namespace memgrade::collect {

// Thread-safe. A kernel that does not get to the driver's first line in one family of a phase does not in the
// others: it has done the same until then, and is not booted for them.
class KernelCalls {
 public:
  explicit KernelCalls(const KernelMachine& machine) : machine_(machine) {}
  // By an entry of a task's `calls`.
  [[nodiscard]] Result<Json> try_family(const Json& settings);

 private:
  const KernelMachine& machine_;
  std::mutex mutex_;
  std::map<oracle::Phase, Json> never_began_;
};

}  // namespace memgrade::collect
