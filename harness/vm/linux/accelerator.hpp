// Whether guests run on this host's processor (KVM) or are translated (TCG).
//
// /dev/kvm may be there, open, make a machine, and still never run an instruction of it. So a guest is really
// run: sixteen bytes that say one letter. What came out is remembered for this boot of the host.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/vm/linux/machine.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <stop_token>
#include <string>

namespace memgrade::vm {

struct Acceleration {
  Accelerator accelerator = Accelerator::tcg;
  std::string note;  // why it is not KVM, for a person; empty when there is nothing to say
};

// MEMGRADE_ACCEL=tcg or kvm decides, and then nothing is tried; another word is an Error of kind usage.
[[nodiscard]] Result<Acceleration> choose_acceleration(const Emulator& emulator, const exec::Sandbox& sandbox,
                                                       const std::filesystem::path& cache,
                                                       std::stop_token stop);

// Runs the sixteen bytes. Empty when they said their letter within `timeout_s`; else what happened.
[[nodiscard]] Result<std::string> try_accelerator(Accelerator accelerator, const Emulator& emulator,
                                                  const exec::Sandbox& sandbox, double timeout_s,
                                                  std::stop_token stop);

}  // namespace memgrade::vm
