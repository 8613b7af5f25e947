#include <harness/base/text.hpp>
#include <harness/collect/riscv_kernel/end_condition.hpp>
#include <harness/collect/riscv_kernel/machine.hpp>
#include <harness/vm/riscv/boot.hpp>

namespace memgrade::collect {
namespace {

Ending ending_of(vm::GuestEnding ending) {
  switch (ending) {
    case vm::GuestEnding::shutdown:
    case vm::GuestEnding::stopped:
    case vm::GuestEnding::probed:
      return Ending::exited;
    case vm::GuestEnding::reset:
      return Ending::reset;
    case vm::GuestEnding::silence:
      return Ending::quiet_timeout;
    case vm::GuestEnding::wall_timeout:
      return Ending::wall_timeout;
    case vm::GuestEnding::cpu_timeout:
      return Ending::cpu_timeout;
    case vm::GuestEnding::output_limit:
      return Ending::output_limit;
    case vm::GuestEnding::not_loaded:
      return Ending::not_started;
  }
  return Ending::not_started;
}

}  // namespace

vm::RiscvMachine KernelMachine::machine(const std::string& image, std::vector<vm::LoaderFile> files) const {
  vm::RiscvMachine machine;
  machine.image = path(image);
  machine.cpu = built_.way.cpu;
  if (built_.way.bare) {
    machine.firmware = vm::Firmware::none;
    // The driver comes before anything of the tree's own, wherever the link has put it.
    machine.loading = image == driver() ? vm::Loading::entry : vm::Loading::loader;
  }
  machine.memory_bytes = lab_.settings.value("memory", std::uint64_t{128} << 20);
  machine.icount_shift = lab_.settings.value("icount", 4);
  machine.files = std::move(files);
  return machine;
}

vm::GuestLimits KernelMachine::limits() const {
  const Json& settings = lab_.settings.at("limits").at("boot");
  vm::GuestLimits limits;
  limits.wall_s = settings.value("wall", 60.0);
  limits.quiet_s = settings.value("quiet", 15.0);
  limits.cpu_s = settings.value("cpu", 60.0);
  limits.output_bytes = settings.value("output", std::uint64_t{16} << 20);
  return limits;
}

Result<vm::GuestRun> KernelMachine::boot(const std::string& image, std::vector<vm::LoaderFile> files) const {
  return vm::boot(emulator_, surroundings_.sandbox, machine(image, std::move(files)), limits(), watch(image),
                  surroundings_.stop);
}

Result<vm::GuestRun> KernelMachine::plain_boot(const std::string& image) const {
  Once& once = runs_.at(image);
  std::call_once(once.done, [&] { once.run.emplace(boot(image)); });
  return *once.run;
}

// What the driver drives may print anything; the machine ends when the driver does.
vm::LineWatch KernelMachine::watch(const std::string& image) const {
  return image == driver() ? vm::LineWatch() : watch_of(built_.way.watch);
}

Result<vm::ProbeRun> KernelMachine::probe(const std::string& image, const vm::ProbePlan& plan) const {
  vm::RiscvMachine probed = machine(image, {});
  // QEMU 7.2 does not go on rightly after a single step while its clock counts instructions.
  probed.icount_shift = std::nullopt;
  return vm::probe(emulator_, surroundings_.sandbox, probed, limits(), plan, watch(image),
                   surroundings_.stop);
}

RunRecord to_record(std::string name, std::string command, const vm::GuestRun& run) {
  RunRecord record;
  record.name = std::move(name);
  record.command = std::move(command);
  record.ending = ending_of(run.ending);
  record.exit_status = run.exit_code;
  record.limit = run.reason;
  record.out = run.console;
  record.err.bytes = run.emulator;
  record.err.total_bytes = run.emulator.size();
  if (run.ending == vm::GuestEnding::stopped && run.reason.starts_with(endless_fault))
    record.ending = Ending::hang;
  record.wall_s = run.wall_s;
  record.cpu_s = run.cpu_s;
  record.peak_bytes = run.peak_bytes;
  for (const std::string_view line : split_lines(run.console.bytes)) {
    const std::string_view text = trim(line);
    if (!text.starts_with("panic: ")) continue;
    record.ending = Ending::panic;
    record.limit = text.substr(7);
    break;
  }
  return record;
}

}  // namespace memgrade::collect
