// What stands in the cache beside a kernel: what it was made of, and how to see that it is still whole.
#pragma once

#include <harness/vm/kernels/kernel_store.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::vm {

struct KernelManifest {
  std::string series, release;
  std::vector<std::string> packages;  // "linux-kbuild-6.1 6.1.192-2"
  std::string image, modules, build;  // below the kernel's directory
  std::string image_digest, symbols_digest;
  std::uint64_t bytes = 0;  // of the tree, on disk
};

// The manifest of `kernel`, whose tree is whole.
[[nodiscard]] Result<KernelManifest> describe(const LinuxKernel& kernel, std::vector<std::string> packages);
[[nodiscard]] std::string to_text(const KernelManifest& manifest);
// Another schema, a missing field or a path that leads out of the directory is an Error.
[[nodiscard]] Result<KernelManifest> parse_manifest(std::string_view text);

inline constexpr const char* manifest_name = "manifest.json";
// The kernel in a directory of the cache; nullopt when the manifest is missing or does not fit what is there.
[[nodiscard]] std::optional<CachedKernel> cached_kernel(const fs::path& directory);

}  // namespace memgrade::vm
