// The collector `riscv_kernel`: a student's files in our kernel tree, built, booted in QEMU, driven, and
// looked into from outside.
//
//   kernel_keys    what may stand in a case file for this collector
//   kernel_build   our tree with the student's files in it, built in the sandbox
//   kernel_calls   seeded call sequences through the driver, judged by the models, and the shortest that
//   fails kernel_look    what the page tables map when the kernel gets to chosen places riscv_kernel   the
//   workspace that ties them together
#pragma once

#include <harness/collect/collect.hpp>

namespace memgrade::collect {

[[nodiscard]] Collector riscv_kernel_collector();
[[nodiscard]] CollectorSpec riscv_kernel_spec();

}  // namespace memgrade::collect
