// What it means that QEMU ended instead of starting the machine.
#pragma once

#include <harness/vm/riscv/boot.hpp>
#include <string>

namespace memgrade::vm {

// The machine is tried without its image and files: when it starts, they are to blame, and the guest was
// `not_loaded`; when it does not, QEMU or the machine's description is, which is an Error.
[[nodiscard]] Result<GuestRun> refused(const Emulator& emulator, const exec::Sandbox& sandbox,
                                       const RiscvMachine& machine, const std::string& refusal,
                                       std::stop_token stop);

}  // namespace memgrade::vm
