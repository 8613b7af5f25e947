// Whether a directory holds a kernel that a guest can boot and modules can be built for: what is missing is
// named, all of it at once.
#pragma once

#include <harness/vm/kernels/kernel_store.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::vm {

// The release that an image says it is ("6.1.0-56-amd64"); "" when the bytes are no bzImage for x86.
[[nodiscard]] std::string image_release(std::string_view image);

// What a kernel needs for a guest and was not built with, by its .config: "CONFIG_MODULES=y", …
// `has_modules`: its modules are there, so that m is as good as y for drivers.
[[nodiscard]] std::vector<std::string> missing_options(std::string_view config, bool has_modules);

// A tree of unpacked packages; `identity` is left empty.
[[nodiscard]] Result<LinuxKernel> kernel_of_packages(const fs::path& root);
// A source tree in which a kernel was built; `identity` is left empty.
[[nodiscard]] Result<LinuxKernel> kernel_of_source(const fs::path& root);

}  // namespace memgrade::vm
