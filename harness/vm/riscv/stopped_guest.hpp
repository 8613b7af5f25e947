// A guest that stands still, seen from outside: its registers, its memory, and what its page tables say.
//
// Only memory is ever read, never a device: reading one changes it. What the guest says about itself (satp, a
// pointer in a table) leads at most to "nothing there"; an Error is the emulator's.
#pragma once

#include <cstdint>
#include <harness/base/result.hpp>
#include <harness/oracle/rv64/sv39.hpp>
#include <harness/vm/gdb/client.hpp>
#include <map>
#include <optional>
#include <string>

namespace memgrade::vm {

class StoppedGuest {
 public:
  StoppedGuest(GdbClient& gdb, std::uint64_t memory_bytes) : gdb_(gdb), memory_bytes_(memory_bytes) {}
  StoppedGuest(const StoppedGuest&) = delete;
  StoppedGuest& operator=(const StoppedGuest&) = delete;

  // See GdbClient::read_register for the names.
  [[nodiscard]] Result<std::uint64_t> read_register(const std::string& name) {
    return gdb_.read_register(name);
  }
  // Nothing when a part of it is no memory.
  [[nodiscard]] Result<std::optional<std::string>> read_physical(std::uint64_t address, std::uint64_t bytes);

  [[nodiscard]] Result<oracle::sv39::Walk> walk(std::uint64_t satp, std::uint64_t address);
  [[nodiscard]] Result<oracle::sv39::Listing> list(std::uint64_t satp, std::uint64_t first,
                                                   std::uint64_t last,
                                                   const oracle::sv39::ListLimits& limits = {});

 private:
  [[nodiscard]] std::optional<std::uint64_t> read_pte(std::uint64_t physical);
  [[nodiscard]] bool is_memory(std::uint64_t address, std::uint64_t bytes) const;

  GdbClient& gdb_;
  std::uint64_t memory_bytes_;
  std::map<std::uint64_t, std::string> pages_;  // that walks and lists have read, by physical address
  Status trouble_;                              // of the emulator, while a walk was on its way
};

}  // namespace memgrade::vm
