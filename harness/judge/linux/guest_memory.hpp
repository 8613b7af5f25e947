// What checks on a Linux guest share: files that were taken out of it, and the memory of a process as it was
// observed. Inside this module only.
#pragma once

#include <cstdint>
#include <harness/judge/support.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::judge {

// A whole number from 0 to 2^64 - 1.
[[nodiscard]] std::optional<std::uint64_t> whole(const Json& value);
// The text of a member, fit to be shown; "" where there is none.
[[nodiscard]] std::string text_at(const Json& object, std::string_view key);

// "RUN" of "RUN.files.NAME".
[[nodiscard]] std::string run_name(std::string_view fact_name);
// The file of "RUN.files.NAME", which `key` names: its bytes as they were. `verdict` is set when there is
// none.
struct GuestFile {
  std::string name;  // of the file alone
  const Stream* stream = nullptr;
  std::optional<Verdict> verdict;

  [[nodiscard]] std::string_view bytes() const { return stream->bytes; }
  // " (of the file's N bytes only the first M were kept)", or "".
  [[nodiscard]] std::string cut() const;
};
[[nodiscard]] GuestFile guest_file(const Json& params, const Observed& observed, std::string_view key);

// One observation, "oracle.RUN.memory.OBS".
struct Vma {
  std::uint64_t first = 0, last = 0;
  std::string permissions, name;
};
struct ProcessMemory {
  std::vector<Vma> vmas;                                       // in the order of addresses
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pages;  // address and PFN, in the order of addresses
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ram;    // first and last physical address

  [[nodiscard]] const Vma* vma_at(std::uint64_t address) const;
  [[nodiscard]] std::optional<std::uint64_t> pfn_at(std::uint64_t address) const;
  [[nodiscard]] bool is_ram(std::uint64_t physical) const;
};
// Those that `key` lists; at least one, or `verdict` is set.
struct Memories {
  std::vector<ProcessMemory> seen;
  std::optional<Verdict> verdict;
};
[[nodiscard]] Memories memories_of(const Json& params, const Observed& observed, std::string_view key);

// For a person: "0x7f00 (rw-p [heap])".
[[nodiscard]] std::string show_address(std::uint64_t address, const Vma* vma);

// Key specs that several of these checkers share.
[[nodiscard]] FieldSpec guest_file_field(std::string doc);
[[nodiscard]] FieldSpec memory_field();

}  // namespace memgrade::judge
