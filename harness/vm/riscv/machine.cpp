// QEMU's options are those of its manual, "Invocation" (qemu-system-riscv64 7.0 and later).
#include <fmt/format.h>

#include <algorithm>
#include <harness/vm/riscv/machine.hpp>
#include <string_view>

namespace memgrade::vm {
namespace {

constexpr std::uint64_t mib = 1U << 20;
constexpr std::uint64_t largest_memory = 4096 * mib;
constexpr int largest_shift = 10;  // QEMU's own
// The emulator's cache of translated code; QEMU's default of a gibibyte would count as the student's memory.
constexpr int translation_cache_mib = 64;

// What differs from one architecture to another.
struct Architecture {
  const char* machine;
  const char* cpu_characters;
};
constexpr Architecture riscv64 = {
    .machine = "virt",
    .cpu_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.=,",
};

std::string chardev(const char* kind, const char* name) {
  return fmt::format("{},id={},path={}", kind, name, name);
}

void add_image(std::vector<std::string>& words, const RiscvMachine& machine) {
  if (machine.image.empty()) return;
  if (machine.loading == Loading::kernel)
    words.insert(words.end(), {"-kernel", image_name()});
  else
    words.insert(words.end(), {"-device", "loader,file=" + image_name() +
                                              (machine.loading == Loading::entry ? ",cpu-num=0" : "")});
}

}  // namespace

std::string image_name() {
  return "image";
}

std::string file_name(std::size_t index) {
  return fmt::format("file{}", index);
}

Status validate(const RiscvMachine& machine) {
  if (machine.cpu.empty() || machine.cpu.find_first_not_of(riscv64.cpu_characters) != std::string::npos) {
    return fail(ErrorKind::case_file,
                fmt::format("'{}' is no CPU with options, such as rv64,pmp=false", machine.cpu));
  }
  if (machine.memory_bytes == 0 || machine.memory_bytes % mib != 0 || machine.memory_bytes > largest_memory) {
    return fail(ErrorKind::case_file,
                fmt::format("a machine has 1 MiB to {} MiB of memory, in whole MiB, not {} bytes",
                            largest_memory / mib, machine.memory_bytes));
  }
  if (machine.icount_shift && (*machine.icount_shift < 0 || *machine.icount_shift > largest_shift)) {
    return fail(ErrorKind::case_file,
                fmt::format("icount's shift is 0 to {}, not {}", largest_shift, *machine.icount_shift));
  }
  return {};
}

std::vector<std::string> arguments(const RiscvMachine& machine, bool with_gdb) {
  // Nothing but what is named here: no network card, no display, no configuration of this host's.
  std::vector<std::string> words{"-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none"};
  const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  add({"-machine", riscv64.machine, "-cpu", machine.cpu, "-smp", "1"});
  add({"-m", fmt::format("{}M", machine.memory_bytes / mib)});
  add({"-accel", fmt::format("tcg,thread=single,tb-size={}", translation_cache_mib)});
  if (machine.icount_shift) add({"-icount", fmt::format("shift={},sleep=off", *machine.icount_shift)});
  add({"-bios", machine.firmware == Firmware::standard ? "default" : "none"});
  add_image(words, machine);
  for (std::size_t i = 0; i < machine.files.size(); ++i) {
    const auto& address = machine.files[i].address;
    const std::string place = address ? fmt::format(",addr={:#x},force-raw=on", *address) : "";
    add({"-device", "loader,file=" + file_name(i) + place});
  }
  add({"-chardev", chardev("pipe", console_name), "-serial", fmt::format("chardev:{}", console_name)});
  add({"-chardev", chardev("socket", qmp_name), "-mon", fmt::format("chardev={},mode=control", qmp_name)});
  if (with_gdb) add({"-chardev", chardev("socket", gdb_name), "-gdb", fmt::format("chardev:{}", gdb_name)});
  // A machine that is stopped can still be looked into, and its last event cannot get lost.
  add({"-action", "reboot=shutdown,shutdown=pause", "-S"});
  return words;
}

Result<MachinePlan> plan_of(const RiscvMachine& machine, bool with_gdb) {
  if (Status valid = validate(machine); !valid) return std::unexpected(valid.error());
  MachinePlan plan{
      .arguments = arguments(machine, with_gdb), .memory_bytes = machine.memory_bytes, .with_gdb = with_gdb};
  if (!machine.image.empty()) plan.files.push_back({image_name(), machine.image});
  for (std::size_t i = 0; i < machine.files.size(); ++i) {
    plan.files.push_back({file_name(i), machine.files[i].path});
  }
  return plan;
}

}  // namespace memgrade::vm
