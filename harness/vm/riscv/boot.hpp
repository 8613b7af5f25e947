// Boots a kernel and waits for its end.
#pragma once

#include <harness/base/result.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <harness/vm/qemu/run_result.hpp>
#include <harness/vm/riscv/machine.hpp>
#include <stop_token>

namespace memgrade::vm {

// Blocks until the guest has come to an end of its own or by a limit, or `watch` has seen enough. Several
// machines may run at once, in threads of their own. An Error: QEMU is missing, fails without a kernel too,
// or was killed; a file of the machine cannot be read (it must be a regular file, no link); `stop`.
[[nodiscard]] Result<GuestRun> boot(const Emulator& emulator, const exec::Sandbox& sandbox,
                                    const RiscvMachine& machine, const GuestLimits& limits,
                                    LineWatch watch = {}, std::stop_token stop = {});

// Whether the machine starts without image and files. It is ended before its first instruction.
[[nodiscard]] Status try_machine(const Emulator& emulator, const exec::Sandbox& sandbox,
                                 const RiscvMachine& machine, std::stop_token stop = {});

}  // namespace memgrade::vm
