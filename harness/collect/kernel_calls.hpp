// Call sequences through the driver: seeded, judged by the models while they run, and shortened when a rule
// breaks.
//
// What is kept for a family: {"boots": n, "calls": n, "violations": [{rule, sentence, expected, observed,
// picture, seed, sequence, full_length, minimal}], "ended": null or how the kernel ended before the driver
// was done}.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/kernel_machine.hpp>

namespace memgrade::collect {

[[nodiscard]] Result<Json> try_calls(const KernelMachine& machine, const Json& settings);

}  // namespace memgrade::collect
