// Looks into the stopped kernel from outside: what the page tables map when it gets to chosen functions. The
// kernel is not asked; it cannot say that something is mapped which is not.
//
// What is kept for a look: {"reached": bool, "why": "", "mappings": [{"first", "last", "rights"}]}, rights as
// "rwxu".
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/kernel_machine.hpp>

namespace memgrade::collect {

// All looks of a task, which share one boot for each image.
[[nodiscard]] Result<Json> take_looks(const KernelMachine& machine, const Json& looks);

}  // namespace memgrade::collect
