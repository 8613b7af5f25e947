// QEMU's options are those of its manual, "Invocation" and "System Emulation: microvm" (7.0 and later).
#include <fmt/format.h>

#include <harness/vm/linux/machine.hpp>

namespace memgrade::vm {
namespace {

constexpr std::uint64_t mib = 1U << 20;
constexpr const char* image_file = "kernel";
constexpr const char* initramfs_file = "initramfs";
constexpr const char* job_file = "job";
constexpr const char* rom_file = "rom";
// The emulator's cache of translated code.
constexpr int translation_cache_mib = 64;
// Over the state's memory: devices, page numbers.
constexpr std::uint64_t state_slack = 64 * mib;
constexpr std::uint64_t disk_slack = 2 * mib;

// What differs from one way of executing to another.
struct Execution {
  std::vector<std::string> words;
  const char* command_line;
};

// An instruction takes 8 ns. A guest that waits leaps over the time; one that spins needs the time of the
// host, so the larger the shift, the sooner a hang is seen. No source of randomness of the host's, and no
// five-level page tables: with them, a walk over four levels, which is what labs ask for, would be wrong.
Execution execution(const LinuxMachine& machine) {
  if (machine.accelerator == Accelerator::kvm) {
    return {{"-accel", "kvm", "-cpu", "max,la57=off"}, ""};
  }
  const std::string tcg = fmt::format("tcg,thread=single,tb-size={}", translation_cache_mib);
  // Asleep for as long as it waits, it keeps about to the host's time.
  const char* clock = machine.real_time ? "shift=3,sleep=on" : "shift=3,sleep=off";
  return {{"-accel", tcg, "-icount", clock, "-cpu", "max,la57=off,rdrand=off,rdseed=off", "-rtc",
           "base=2024-01-01T00:00:00,clock=vm"},
          " random.trust_cpu=off"};
}

// cryptomgr.notests: self tests of ciphers took a third of the boot. slab_nomerge: each cache counts its own
// objects. slub_debug=F: an object that is freed twice is told of.
std::string command_line(const LinuxMachine& machine) {
  return std::string(
             "console=ttyS0 quiet panic=-1 reboot=t nokaslr transparent_hugepage=never nmi_watchdog=0 "
             "cryptomgr.notests slab_nomerge slub_debug=F,kmalloc-*") +
         execution(machine).command_line;
}

std::vector<std::string> common(const LinuxMachine& machine) {
  // Nothing but what is named here: no network card, no display, no configuration of this host's.
  std::vector<std::string> words{"-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none"};
  const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  for (std::string& word : execution(machine).words) words.push_back(std::move(word));
  add({"-machine", "microvm", "-smp", "1", "-m", fmt::format("{}M", machine.memory_bytes / mib)});
  add({"-device", "virtio-serial-device,max_ports=2", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"});
  add({"-chardev", fmt::format("pipe,id={},path={}", console_name, console_name)});
  add({"-serial", fmt::format("chardev:{}", console_name)});
  add({"-chardev", fmt::format("socket,id={},path={}", qmp_name, qmp_name)});
  add({"-mon", fmt::format("chardev={},mode=control", qmp_name)});
  // Stopped at its end, a machine can still be asked, and its last event cannot get lost.
  add({"-action", "reboot=shutdown,shutdown=pause", "-S"});
  return words;
}

MachinePlan plan_for(const LinuxMachine& machine, std::vector<MachineFile> files) {
  MachinePlan plan{.arguments = common(machine),
                   .files = std::move(files),
                   .devices = {},
                   .memory_bytes = machine.memory_bytes};
  if (machine.accelerator == Accelerator::kvm) plan.devices = {"/dev/kvm"};
  return plan;
}

}  // namespace

std::string to_string(Accelerator accelerator) {
  return accelerator == Accelerator::kvm ? "kvm" : "tcg";
}

MachinePlan boot_plan(const LinuxMachine& machine, const std::filesystem::path& image,
                      std::string initramfs) {
  MachinePlan plan = plan_for(machine, {{image_file, image}, {initramfs_file, {}, std::move(initramfs)}});
  plan.written_bytes = machine.memory_bytes + state_slack;
  plan.arguments.insert(plan.arguments.end(),
                        {"-kernel", image_file, "-initrd", initramfs_file, "-append", command_line(machine)});
  return plan;
}

MachinePlan restore_plan(const LinuxMachine& machine, std::string job, std::uint64_t evidence_bytes) {
  MachinePlan plan = plan_for(machine, {{job_file, {}, std::move(job)}});
  plan.written_bytes = evidence_bytes + disk_slack;
  plan.arguments.insert(plan.arguments.end(), {"-incoming", "defer", "-fw_cfg",
                                               fmt::format("name=opt/memgrade/job,file={}", job_file)});
  return plan;
}

MachinePlan bare_plan(const LinuxMachine& machine, std::string rom) {
  MachinePlan plan = plan_for(machine, {{rom_file, {}, std::move(rom)}});
  plan.arguments.insert(plan.arguments.end(), {"-bios", rom_file});
  return plan;
}

std::string machine_text(const LinuxMachine& machine) {
  std::string text;
  for (const MachinePlan& plan : {boot_plan(machine, {}, {}), restore_plan(machine, {}, 0)}) {
    for (const std::string& word : plan.arguments) text += word + "\n";
  }
  return text;
}

}  // namespace memgrade::vm
