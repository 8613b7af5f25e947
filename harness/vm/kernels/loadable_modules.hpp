// A kernel's own loadable modules: finding them, what they depend on, their bytes ready for the guest.
//
// Written for the few that a guest needs to see its disks. Debian's packages bring no modules.dep (it is made
// when they are installed), so dependencies are read out of the modules themselves. A module that stands
// compressed
// (.ko.xz, .ko.zst, .ko.gz) is given uncompressed. Nothing is executed, and nothing is loaded here.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::vm {

struct ModuleImage {
  std::string name;  // as lsmod shows it: "virtio_rng"
  std::filesystem::path
      file;  // below the directory of modules, without the compression: "kernel/…/virtio-rng.ko"
  std::string bytes;
};

// The modules `names` and what they depend on, in the order in which they are to be loaded. What is built
// into the kernel is left out. `modules` is LinuxKernel::modules (empty: everything is built in, and nothing
// comes back). A name that is neither there nor built in is an Error of kind infrastructure; of `optional` it
// is passed over.
[[nodiscard]] Result<std::vector<ModuleImage>> module_images(const std::filesystem::path& modules,
                                                             const std::vector<std::string>& names,
                                                             const std::vector<std::string>& optional = {},
                                                             std::stop_token stop = {});

// What a module says of itself ("depends", "vermagic"); "" when it does not say it.
[[nodiscard]] std::string module_info(std::string_view bytes, std::string_view key);

// Leaves of `modules` the given ones alone, uncompressed, with the lists of what is built in.
[[nodiscard]] Status keep_modules(const std::filesystem::path& modules, const std::vector<ModuleImage>& kept);

}  // namespace memgrade::vm
