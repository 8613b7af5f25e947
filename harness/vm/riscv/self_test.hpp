// Whether this host can run machines for RV64 kernels.
#pragma once

#include <harness/base/result.hpp>
#include <harness/exec/sandbox.hpp>
#include <string>

namespace memgrade::vm {

// Finds QEMU and starts a machine with firmware and no kernel in the sandbox, to see that it answers. For
// `grade doctor`: one line for a person, or the Error that says what is missing.
[[nodiscard]] Result<std::string> check_riscv(const exec::Sandbox& sandbox);

}  // namespace memgrade::vm
