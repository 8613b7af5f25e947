#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/vm/linux/accelerator.hpp>
#include <harness/vm/linux/initramfs.hpp>
#include <harness/vm/linux/self_test.hpp>
#include <harness/vm/qemu/emulator.hpp>

namespace memgrade::vm {
namespace {

constexpr double timeout_s = 30;

}  // namespace

Result<std::string> check_linux(const exec::Sandbox& sandbox, const std::filesystem::path& cache) {
  const auto emulator = Emulator::find(x86_emulator);
  if (!emulator) return std::unexpected(emulator.error());
  if (const auto parts = make_initramfs({}); !parts) return std::unexpected(parts.error());
  const auto acceleration = choose_acceleration(*emulator, sandbox, cache, {});
  if (!acceleration) return std::unexpected(acceleration.error());
  const auto trouble = try_accelerator(acceleration->accelerator, *emulator, sandbox, timeout_s, {});
  if (!trouble) return std::unexpected(trouble.error());
  if (!trouble->empty()) return fail(ErrorKind::infrastructure, *trouble);
  const std::string how = to_string(acceleration->accelerator);
  if (acceleration->note.empty()) return fmt::format("{}, {}", emulator->description(), how);
  return fmt::format("{}, {}: {}", emulator->description(), how, shorten(acceleration->note, 40));
}

}  // namespace memgrade::vm
