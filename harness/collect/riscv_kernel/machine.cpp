#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/collect/riscv_kernel/end_condition.hpp>
#include <harness/collect/riscv_kernel/machine.hpp>
#include <harness/vm/riscv/boot.hpp>

namespace memgrade::collect {
namespace {

Termination termination_of(vm::GuestTermination termination) {
  switch (termination) {
    case vm::GuestTermination::shutdown:
    case vm::GuestTermination::stopped:
    case vm::GuestTermination::probed:
      return Termination::exited;
    case vm::GuestTermination::reset:
      return Termination::reset;
    case vm::GuestTermination::silence:
      return Termination::quiet_timeout;
    case vm::GuestTermination::wall_timeout:
      return Termination::wall_timeout;
    case vm::GuestTermination::cpu_timeout:
      return Termination::cpu_timeout;
    case vm::GuestTermination::output_limit:
      return Termination::output_limit;
    case vm::GuestTermination::aborted:
      return Termination::panic;
    case vm::GuestTermination::not_loaded:
      return Termination::not_started;
  }
  return Termination::not_started;
}

}  // namespace

// An emulator that somebody ended from outside is started once more. So is one that crashed, and an empty
// machine is the control that says whether the kernel made it crash.
template <typename Attempt, typename Ending>
auto KernelMachine::with_control(const Attempt& attempt, const Ending& ending,
                                 const vm::RiscvMachine& machine) const -> decltype(attempt()) {
  const auto in_doubt = [&](const auto& run) {
    return run ? ending(*run) == vm::GuestTermination::aborted
               : run.error().kind == ErrorKind::infrastructure;
  };
  auto run = attempt();
  if (!in_doubt(run) || context_.stop.stop_requested()) return run;
  auto again = attempt();
  if (!again || !in_doubt(again)) return again;
  if (Status works = vm::try_machine(emulator_, context_.sandbox, machine, context_.stop); !works)
    return std::unexpected(works.error());
  return again;
}

vm::RiscvMachine KernelMachine::machine(const std::string& image, std::vector<vm::LoaderFile> files) const {
  vm::RiscvMachine machine;
  machine.image = path(image);
  machine.cpu = built_.recipe.cpu;
  if (built_.recipe.bare) {
    machine.firmware = vm::Firmware::none;
    // The driver comes before anything of the tree's own, wherever the link has put it.
    machine.loading = is_driver(image) ? vm::Loading::entry : vm::Loading::loader;
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
  const vm::RiscvMachine booted = machine(image, std::move(files));
  return with_control(
      [&] { return vm::boot(emulator_, context_.sandbox, booted, limits(), watch(image), context_.stop); },
      [](const vm::GuestRun& run) { return run.termination; }, booted);
}

bool KernelMachine::prints_nothing(const std::string& image) const {
  if (built_.kernel_image.empty() || image == built_.kernel_image || is_driver(image)) return false;
  const auto kernel = plain_boot(built_.kernel_image);
  return kernel && kernel->termination == vm::GuestTermination::silence && kernel->console.bytes.empty();
}

Result<vm::GuestRun> KernelMachine::plain_boot(const std::string& image) const {
  if (prints_nothing(image)) return plain_boot(built_.kernel_image);
  Once& once = runs_.at(image);
  std::call_once(once.done, [&] { once.run.emplace(boot(image)); });
  return *once.run;
}

// What the driver drives may print anything; the machine ends when the driver does.
vm::LineWatch KernelMachine::watch(const std::string& image) const {
  if (is_driver(image)) return {};
  Json settings = built_.recipe.watch;
  if (const auto own = built_.last_lines.find(image); own != built_.last_lines.end())
    settings["last_line"] =
        fmt::format("(?:{})|(?:{})", own->second, settings.value("last_line", own->second));
  return watch_of(settings);
}

Result<vm::ProbeRun> KernelMachine::probe(const std::string& image, const vm::ProbePlan& plan) const {
  vm::RiscvMachine probed = machine(image, {});
  // QEMU 7.2 does not resume correctly after a single step while its clock counts instructions.
  probed.icount_shift = std::nullopt;
  return with_control(
      [&] {
        return vm::probe(emulator_, context_.sandbox, probed, limits(), plan, watch(image), context_.stop);
      },
      [](const vm::ProbeRun& run) { return run.run.termination; }, probed);
}

RunRecord to_record(std::string name, std::string command, const vm::GuestRun& run) {
  RunRecord record;
  record.name = std::move(name);
  record.command = std::move(command);
  record.termination = termination_of(run.termination);
  record.exit_status = run.exit_code;
  record.limit = run.reason;
  record.out = run.console;
  record.err.bytes = run.emulator;
  record.err.total_bytes = run.emulator.size();
  if (run.termination == vm::GuestTermination::stopped && run.reason.starts_with(endless_fault))
    record.termination = Termination::hang;
  record.wall_s = run.wall_s;
  record.cpu_s = run.cpu_s;
  record.peak_bytes = run.peak_bytes;
  for (const std::string_view line : split_lines(run.console.bytes)) {
    const std::string_view text = trim(line);
    if (!text.starts_with("panic: ")) continue;
    record.termination = Termination::panic;
    record.limit = text.substr(7);
    break;
  }
  return record;
}

}  // namespace memgrade::collect
