#include <harness/vm/riscv/boot.hpp>
#include <harness/vm/riscv/self_test.hpp>

namespace memgrade::vm {

Result<std::string> check_riscv(const exec::Sandbox& sandbox) {
  const auto emulator = Emulator::find();
  if (!emulator) return std::unexpected(emulator.error());
  if (const Status tried = try_machine(*emulator, sandbox, {}); !tried) return std::unexpected(tried.error());
  return emulator->description() + ", starts a machine with OpenSBI";
}

}  // namespace memgrade::vm
