#include <fmt/format.h>

#include <cstdio>
#include <harness/base/termination.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/process.hpp>
#include <harness/vm/qemu/emulator.hpp>

namespace memgrade::vm {
namespace {

std::string install_advice(const EmulatorKind& kind) {
  return fmt::format("'apt install {}'", kind.packages);
}

}  // namespace

Result<Version> parse_version(const std::string& said, const char* program) {
  Version version;
  const std::size_t at = said.find("version ");
  const int found = at == std::string::npos ? 0
                                            : std::sscanf(said.c_str() + at, "version %4d.%4d.%4d",
                                                          &version.major, &version.minor, &version.micro);
  if (found < 2 || version.major < 0 || version.minor < 0 || version.micro < 0) {
    return fail(ErrorKind::infrastructure,
                fmt::format("{} --version says {}, which names no version", program, quote(said)));
  }
  return version;
}

std::string Emulator::description() const {
  return fmt::format("QEMU {}.{}.{}", version_.major, version_.minor, version_.micro);
}

Result<Emulator> Emulator::find(const EmulatorKind& kind) {
  exec::Command command{.argv = {kind.program, "--version"},
                        .directory = "/",
                        .environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}}};
  const auto outcome = exec::run(command, {.wall_s = 30});
  if (!outcome) {
    return fail(ErrorKind::infrastructure,
                fmt::format("{}; install it with {}", outcome.error().message, install_advice(kind)));
  }
  if (outcome->termination != Termination::exited || outcome->exit_status != 0) {
    return fail(ErrorKind::infrastructure,
                fmt::format("{} --version failed: {}; install it again with {}", kind.program,
                            quote(outcome->err.bytes), install_advice(kind)));
  }
  const auto version = parse_version(outcome->out.bytes, kind.program);
  if (!version) return std::unexpected(version.error());
  Emulator emulator;
  emulator.kind_ = &kind;
  emulator.version_ = *version;
  if (*version < oldest_qemu) {
    return fail(
        ErrorKind::infrastructure,
        fmt::format("{} is too old: {}.{} or newer is needed; install it with {}", emulator.description(),
                    oldest_qemu.major, oldest_qemu.minor, install_advice(kind)));
  }
  return emulator;
}

}  // namespace memgrade::vm
