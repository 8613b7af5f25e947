// The little of gdb's remote protocol that looking into a guest takes: breakpoints, registers, physical
// memory.
//
// It talks over two functions, so that it can be tried without an emulator. The other side is not trusted: a
// damaged packet is asked for again, a few times; whatever else does not fit is an Error of kind
// infrastructure, because the guest cannot be blamed for what its emulator says.
#pragma once

#include <cstdint>
#include <functional>
#include <harness/base/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::vm {

struct GdbLine {
  std::function<void(std::string_view)> send;
  // Waits for bytes and appends them. False when none came in time, or none will come any more.
  std::function<bool(std::string&)> receive;
};

struct GdbRegister {
  unsigned number = 0;
  unsigned bytes = 8;
};
// The <reg> elements of a target description and the files that it includes. A register without a number has
// that of the one before it plus one, starting with `next`, which is moved on.
[[nodiscard]] std::map<std::string, GdbRegister> parse_registers(std::string_view xml, unsigned& next);
[[nodiscard]] std::vector<std::string> parse_includes(std::string_view xml);

class GdbClient {
 public:
  // Asks for the registers' names and turns to physical memory. The machine stands still.
  [[nodiscard]] static Result<GdbClient> open(GdbLine line);

  // By the emulator's names: zero, ra, sp, gp, tp, t0 …, s0 is fp, pc, priv (0 user, 1 supervisor, 3
  // machine), and CSRs such as satp, sstatus, scause, stval.
  [[nodiscard]] Result<std::uint64_t> read_register(const std::string& name);
  [[nodiscard]] bool has_register(const std::string& name) const { return registers_.contains(name); }
  // Any length; what is no memory reads as QEMU likes, so ask only for what is.
  [[nodiscard]] Result<std::string> read_physical(std::uint64_t address, std::uint64_t bytes);

  // At a virtual address, as the program counter has it.
  [[nodiscard]] Status set_breakpoint(std::uint64_t address);
  [[nodiscard]] Status clear_breakpoint(std::uint64_t address);
  // The machine runs from now on: nothing may be asked until it has stopped.
  void resume();
  void interrupt();
  // Whether it has stopped, by what came so far; does not wait. `received` is the channel's.
  [[nodiscard]] Result<bool> has_stopped(std::string& received);
  // Waits for the stop.
  [[nodiscard]] Status wait_for_stop();
  // One instruction, interrupts held back.
  [[nodiscard]] Status step();

 private:
  explicit GdbClient(GdbLine line) : line_(std::move(line)) {}
  [[nodiscard]] Result<std::string> request(std::string_view payload);
  [[nodiscard]] Result<std::string> reply(const std::string& packet);
  [[nodiscard]] Result<std::string> read_feature(const std::string& name);
  [[nodiscard]] Status read_registers();
  [[nodiscard]] Status expect_ok(std::string_view payload);

  GdbLine line_;
  std::string received_;
  std::map<std::string, GdbRegister> registers_;
};

}  // namespace memgrade::vm
