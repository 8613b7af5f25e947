// The machine on which Linux guests run, and the arguments by which QEMU makes it.
//
// All arguments of QEMU stand in machine.cpp. It is a microvm without a disk: the job comes as a file
// of fw_cfg, the records leave by a port of virtio-serial, and both are done within the guest's instruction.
// Where a disk's answer would come some time later, a guest whose clock counts instructions would go a little
// differently each time; this one goes the same way every time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <harness/vm/qemu/machine_config.hpp>
#include <string>
#include <vector>

namespace memgrade::vm {

enum class Accelerator { tcg, kvm };
[[nodiscard]] std::string to_string(Accelerator accelerator);

struct LinuxMachine {
  Accelerator accelerator = Accelerator::tcg;
  std::uint64_t memory_bytes = 320U << 20;
  bool real_time = false;  // its clock keeps to the host's, under TCG too: for a person
};

// The exit status of QEMU when the agent ends the machine (isa-debug-exit: 2 n + 1).
inline constexpr int agent_done_status = 2 * 0x10 + 1;
inline constexpr int agent_gave_up_status = 2 * 0x11 + 1;

// The line by which the agent says that the machine may be saved.
inline constexpr const char* agent_ready = "memgrade-agent: ready";
// The one behind which a person has the console.
inline constexpr const char* agent_shell = "memgrade-agent: a shell";

// Boots `image` with `initramfs` (bytes). What it writes may be as large as its memory and more.
[[nodiscard]] MachinePlan boot_plan(const LinuxMachine& machine, const std::filesystem::path& image,
                                    std::string initramfs);
// Waits for a saved state; then there will be a job.
[[nodiscard]] MachinePlan restore_plan(const LinuxMachine& machine, std::string job,
                                       std::uint64_t evidence_bytes);

// Executes `rom`, which ends at 4 GiB, from its last sixteen bytes.
[[nodiscard]] MachinePlan bare_plan(const LinuxMachine& machine, std::string rom);

// What a saved state depends on: the arguments of both plans, as one text.
[[nodiscard]] std::string machine_text(const LinuxMachine& machine);

}  // namespace memgrade::vm
