// The collector `riscv_kernel`: a student's files in our kernel tree, or a whole tree as it was handed in,
// built, booted in QEMU, driven, and looked into from outside.
//
//   kernel_keys, tree_keys   what may stand in a case file for this collector
//   kernel_build             our tree with the student's files in it, built in the sandbox
//   tree_stage, tree_build   a whole tree: the declared edits, its own Makefile, our driver linked in
//   kernel_machine           boots of what was built
//   kernel_calls             seeded call sequences through the driver, judged by the models, and the shortest
//                            that fails
//   kernel_look              what the page tables map when the kernel gets to chosen places
//   riscv_kernel             the workspace that ties them together
#pragma once

#include <harness/collect/collect.hpp>

namespace memgrade::collect {

// The shapes of submissions.
inline constexpr const char* our_starter = "starter";  // files for our tree
inline constexpr const char* whole_tree = "tree";

[[nodiscard]] Collector riscv_kernel_collector();
[[nodiscard]] CollectorSpec riscv_kernel_spec();

}  // namespace memgrade::collect
