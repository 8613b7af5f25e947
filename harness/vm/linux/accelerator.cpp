#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <harness/base/files.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/json.hpp>
#include <harness/base/text.hpp>
#include <harness/vm/linux/accelerator.hpp>
#include <harness/vm/qemu/process.hpp>

namespace memgrade::vm {
namespace {

constexpr double probe_timeout_s = 2;
constexpr const char* memory_of_host = "accelerator.json";
constexpr std::size_t rom_bytes = 65536;
// The last sixteen bytes below 4 GiB, where a processor begins, in real mode: 'K' to the serial port, 0x10 to
// isa-debug-exit.
constexpr unsigned char reset_code[16] = {0xBA, 0xF8, 0x03, 0xB0, 'K',  0xEE, 0xBA, 0xF4,
                                          0x00, 0xB0, 0x10, 0xEE, 0xF4, 0xEB, 0xFD, 0x90};

std::string boot_of_host() {
  const auto id = read_file("/proc/sys/kernel/random/boot_id", 100);
  return id ? std::string(trim(*id)) : std::string();
}

// "2" is the form of what is remembered: QEMU's first line alone.
// The verdict depends on who asks, too: an ordinary user may not open /dev/kvm.
std::string remembered_for(const Emulator& emulator, const exec::Sandbox& sandbox) {
  return digest(
      fmt::format("2 {} {} {} {}", boot_of_host(), emulator.description(), ::getuid(), sandbox.confines()));
}

Result<Acceleration> probe_kvm(const Emulator& emulator, const exec::Sandbox& sandbox, const fs::path& cache,
                               std::stop_token stop) {
  const std::string key = remembered_for(emulator, sandbox);
  if (const auto text = read_file(cache / memory_of_host, 65536)) {
    const auto known = parse_json(*text);
    if (known && known->is_object() && known->value("for", Json()) == key &&
        known->value("trouble", Json()).is_string()) {
      const auto trouble = (*known)["trouble"].get<std::string>();
      return Acceleration{trouble.empty() ? Accelerator::kvm : Accelerator::tcg, trouble};
    }
  }
  const auto trouble = try_accelerator(Accelerator::kvm, emulator, sandbox, probe_timeout_s, std::move(stop));
  if (!trouble) return std::unexpected(trouble.error());
  const Json known = {{"for", key}, {"trouble", *trouble}};
  // When it cannot be written, the next one tries again.
  std::ignore = write_file(cache / memory_of_host, dump_json(known) + "\n");
  return Acceleration{trouble->empty() ? Accelerator::kvm : Accelerator::tcg, *trouble};
}

}  // namespace

Result<std::string> try_accelerator(Accelerator accelerator, const Emulator& emulator,
                                    const exec::Sandbox& sandbox, double timeout_s, std::stop_token stop) {
  const auto useless = [&](const std::string& how) {
    // What QEMU says first; the rest is how it got there.
    return fmt::format("{} does not work here: {}", to_upper(to_string(accelerator)),
                       how.substr(0, how.find('\n')));
  };
  std::string rom(rom_bytes - sizeof reset_code, '\0');
  rom.append(reinterpret_cast<const char*>(reset_code), sizeof reset_code);
  const MachinePlan plan = bare_plan({.accelerator = accelerator}, std::move(rom));
  auto session = Session::start(
      emulator, sandbox, {.machine = plan, .limits = {.wall_s = timeout_s, .quiet_s = 0}}, std::move(stop));
  // The emulator may as well abort while it makes the machine.
  if (!session) {
    if (session.error().kind == ErrorKind::interrupted) return std::unexpected(session.error());
    return useless(session.error().message);
  }
  Session& self = **session;
  if (!self.refusal().empty()) return useless(self.refusal());
  const auto run = run_to_end(self, {.hand_over = [&]() -> Status {
                                std::ignore = self.ask("cont");
                                return {};
                              }});
  if (!run && run.error().kind == ErrorKind::interrupted) return std::unexpected(run.error());
  if (!run) return useless(run.error().message);
  if (run->termination == GuestTermination::shutdown && run->exit_code == agent_done_status &&
      run->console.bytes == "K") {
    return std::string();
  }
  return useless(fmt::format("a guest of four instructions does not come to its end ({} {})",
                             to_string(run->termination), run->reason));
}

Result<Acceleration> choose_acceleration(const Emulator& emulator, const exec::Sandbox& sandbox,
                                         const fs::path& cache, std::stop_token stop) {
  const char* named = std::getenv("MEMGRADE_ACCEL");
  const std::string wanted = named == nullptr ? "" : named;
  if (wanted == "tcg") return Acceleration{};
  if (wanted == "kvm") return Acceleration{Accelerator::kvm, {}};
  if (!wanted.empty()) {
    return fail(ErrorKind::usage, fmt::format("MEMGRADE_ACCEL is tcg or kvm, not {}", quote(wanted)));
  }
  if (::access("/dev/kvm", R_OK | W_OK) != 0)
    return Acceleration{Accelerator::tcg, "there is no usable /dev/kvm"};
  return probe_kvm(emulator, sandbox, cache, std::move(stop));
}

}  // namespace memgrade::vm
