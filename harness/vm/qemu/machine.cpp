#include <harness/vm/qemu/machine.hpp>

namespace memgrade::vm {

Result<GuestRun> run_to_end(Machine& machine, const MachineRun& run) {
  machine.start_clock();
  const Status begun = run.hand_over();
  while (begun && machine.work(run.interval))
    if (run.look) run.look();
  if (begun && run.at_end && machine.can_be_asked()) run.at_end();
  auto result = machine.finish();
  if (result && !begun) return std::unexpected(begun.error());
  return result;
}

}  // namespace memgrade::vm
