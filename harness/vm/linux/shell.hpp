// A shell in a Linux guest, for a person. The guest is the one that jobs run in, restored; but its clock
// keeps to the host's, so that a module that does something every two seconds does it every two seconds.
#pragma once

#include <harness/base/result.hpp>
#include <harness/vm/linux/run_job.hpp>
#include <harness/vm/linux/terminal.hpp>
#include <stop_token>
#include <string>

namespace memgrade::vm {

// Returns when the person has left the shell, or the machine has ended otherwise: then with its reason.
// `files` land in /job. `state` and `restored` as in run_job(). An Error is about QEMU and this host.
[[nodiscard]] Result<std::string> run_shell(const JobPlace& place, int state, std::vector<GuestFile> files,
                                            const Terminal& terminal, std::stop_token stop, bool& restored);

}  // namespace memgrade::vm
