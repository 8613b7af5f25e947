// The first and only file system of a Linux guest: our agent as init, busybox for a person who looks around,
// the kernel's modules for the channels to us, and the C and C++ runtime of this host, so that a program that
// was built here runs there.
#pragma once

#include <harness/base/result.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <string>

namespace memgrade::vm {

// The bytes; the same for the same host and kernel. An Error of kind infrastructure names what is missing and
// the package that has it.
[[nodiscard]] Result<std::string> make_initramfs(const LinuxKernel& kernel);

}  // namespace memgrade::vm
