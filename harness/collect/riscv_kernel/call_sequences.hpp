// Call sequences through the driver: seeded, judged by the models while they run, and shortened when a rule
// breaks.
//
// What is kept for a family: {"boots": n, "calls": n, "violations": [{rule, sentence, expected, observed,
// picture, seed, sequence, full_length, minimal}], "ended": null or how the kernel ended before the driver
// was done, "length": calls of one sequence, "judged": after how many of them the models still knew what is
// given out, "given": how many gave something, "bad_frees": {"made": n, "frees_work": whether something that
// was freed came again} where there are some}.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/riscv_kernel/machine.hpp>
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
  [[nodiscard]] Result<Json> try_family(const CallSettings& settings);

 private:
  const KernelMachine& machine_;
  std::mutex mutex_;
  std::map<std::pair<std::string, oracle::Phase>, Json> never_began_;  // by image
};

}  // namespace memgrade::collect
