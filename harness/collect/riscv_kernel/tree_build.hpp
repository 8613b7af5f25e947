// Builds a whole tree as it was handed in: with its own Makefile, in the sandbox, and with the emulator out
// of reach, since machines are started by us alone. Each image is built in a copy of its own.
//
// The test driver is ours: it is compiled before any of the student's code runs, and the tree's own link
// takes it in. Where that does not succeed, `driver_inconclusive` says why.
#pragma once

#include <harness/collect/riscv_kernel/overlay_build.hpp>

namespace memgrade::collect {

[[nodiscard]] Result<BuiltKernel> build_tree(const Lab& lab, const LabSubmission& submission,
                                             const Context& context);

}  // namespace memgrade::collect
