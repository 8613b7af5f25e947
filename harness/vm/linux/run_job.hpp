// One job in one machine: restored, run to its end, and judged by what came out.
#pragma once

#include <harness/base/result.hpp>
#include <harness/vm/linux/guest.hpp>
#include <harness/vm/linux/machine.hpp>
#include <harness/vm/qemu/machine.hpp>
#include <stop_token>

namespace memgrade::vm {

struct JobPlace {
  StartMachine start;
  LinuxMachine machine;
};

// `state` is an open file; its offset is not used. `restored` is whether the machine took the state: when it
// did not, an Error comes back and the state is to blame, or QEMU.
[[nodiscard]] Result<JobRun> run_job(const JobPlace& place, int state, const GuestJob& job,
                                     const JobLimits& limits, std::stop_token stop, bool& restored);

}  // namespace memgrade::vm
