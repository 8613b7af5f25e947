// A saved guest in the cache: what it depends on, making it, finding it, and seeing that it is whole.
//
// It stands in a directory guests/KEY: `manifest.json`, `state` (QEMU's) and `symbols` (the guest's
// /proc/kallsyms). A directory of that name is whole; who makes one holds a lock.
#pragma once

#include <cstdint>
#include <harness/base/descriptor.hpp>
#include <harness/base/json.hpp>
#include <harness/vm/linux/guest.hpp>
#include <harness/vm/linux/machine.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <memory>
#include <string>

namespace memgrade::vm {

inline constexpr const char* guests_folder = "guests";
inline constexpr const char* guest_manifest_file = "manifest.json";
inline constexpr const char* guest_symbols_file = "symbols";

// All that a saved state depends on. The same means: the state serves.
struct GuestOrigin {
  std::string kernel, release;  // LinuxKernel::identity, ::release
  std::string image;            // digest
  std::string initramfs;        // digest: agent, busybox, libraries, modules
  std::string emulator;         // "QEMU 7.2.22"
  std::string machine;          // QEMU's arguments
  std::string accelerator;
};
[[nodiscard]] Json to_json(const GuestOrigin& origin);
// 32 hexadecimal digits.
[[nodiscard]] std::string guest_field(const GuestOrigin& origin);

// Open files: it serves on when it is removed from the cache.
struct Snapshot {
  std::string key;
  Json manifest;
  Descriptor state, symbols;
  LinuxGuest::Ranges ram;
};

// What a boot needs beside the origin.
struct GuestMaking {
  const Emulator& emulator;
  const exec::Sandbox& sandbox;
  LinuxMachine machine;
  GuestOrigin origin;
  fs::path image;
  std::string initramfs;
};

// Boots and saves one into `directory`, which exists and is empty. An Error of kind infrastructure has the
// end of the console.
[[nodiscard]] Status save_guest(const GuestMaking& making, const fs::path& directory, std::stop_token stop);

// The one in `directory`. An Error when it is not there, damaged, or of another origin. The digest of a file
// that has not changed since it was last compared is not made again.
// The manifest's time of change becomes that of this use.
[[nodiscard]] Result<std::shared_ptr<const Snapshot>> open_guest(const fs::path& directory,
                                                                 const std::string& key);

// The ranges "System RAM" of /proc/iomem, without what stands in them.
[[nodiscard]] LinuxGuest::Ranges parse_ram(std::string_view iomem);

}  // namespace memgrade::vm
