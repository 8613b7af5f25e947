// What the permissions of a VMA mean, and what they look like in a sentence.
#pragma once

#include <harness/oracle/rv64/driver_ops.hpp>
#include <string>

namespace memgrade::oracle {

// Where a task's program stands: riscv-kernel/kernel/memlayout.h.
inline constexpr std::uint64_t program_start = 0x100'0000, program_end = 0x110'0000;

// Whether a VMA with these flags permits a load, store or fetch.
[[nodiscard]] bool permits(std::uint64_t flags, Call access);
// The rule that is broken when an access that is not permitted is done.
[[nodiscard]] std::string denied_rule(std::uint64_t flags, Call access);
// Whether mmap must accept [address, address + bytes), other VMAs aside: whole pages, at least one, of the
// task's addresses, and none of its program and stack (riscv-kernel/kernel/memlayout.h).
[[nodiscard]] bool mappable(std::uint64_t address, std::uint64_t bytes);

[[nodiscard]] std::string flags_text(std::uint64_t flags);  // "RW-U-": V is missing
[[nodiscard]] std::string range_text(std::uint64_t start, std::uint64_t end);

}  // namespace memgrade::oracle
