#include <fmt/format.h>

#include <harness/vm/qemu/process.hpp>
#include <harness/vm/riscv/boot.hpp>
#include <harness/vm/riscv/refused.hpp>

namespace memgrade::vm {

Status try_machine(const Emulator& emulator, const exec::Sandbox& sandbox, const RiscvMachine& machine,
                   std::stop_token stop) {
  RiscvMachine empty = machine;
  empty.image.clear();
  empty.files.clear();
  const auto plan = plan_of(empty);
  if (!plan) return std::unexpected(plan.error());
  auto session = Session::start(emulator, sandbox, {.machine = *plan, .limits = {}}, std::move(stop));
  if (!session) return std::unexpected(session.error());
  if (!(*session)->refusal().empty()) {
    return fail(
        ErrorKind::infrastructure,
        fmt::format("{} cannot make the machine: {}; 'apt install {}' brings the emulator and its firmware",
                    emulator.program(), (*session)->refusal(), emulator.kind().packages));
  }
  const auto run = (*session)->finish();
  // Nothing ran; that the machine was there is all that counts.
  return run || run.error().kind != ErrorKind::interrupted ? Status() : std::unexpected(run.error());
}

Result<GuestRun> refused(const Emulator& emulator, const exec::Sandbox& sandbox, const RiscvMachine& machine,
                         const std::string& refusal, std::stop_token stop) {
  if (Status works = try_machine(emulator, sandbox, machine, std::move(stop)); !works) {
    return std::unexpected(works.error());
  }
  GuestRun run;
  run.termination = GuestTermination::not_loaded;
  run.reason = refusal;
  return run;
}

Result<GuestRun> boot(const Emulator& emulator, const exec::Sandbox& sandbox, const RiscvMachine& machine,
                      const GuestLimits& limits, LineWatch watch, std::stop_token stop) {
  const auto plan = plan_of(machine);
  if (!plan) return std::unexpected(plan.error());
  auto session = Session::start(emulator, sandbox,
                                {.machine = *plan, .limits = limits, .watch = std::move(watch)}, stop);
  if (!session) return std::unexpected(session.error());
  Session& self = **session;
  if (!self.refusal().empty()) return refused(emulator, sandbox, machine, self.refusal(), std::move(stop));
  return run_to_end(self, {.hand_over = [&]() -> Status {
                      const auto begun = self.ask("cont");
                      // It may be over before the answer comes.
                      return begun || self.over() ? Status() : std::unexpected(begun.error());
                    }});
}

}  // namespace memgrade::vm
