// Whether this host can run Linux guests.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/exec/sandbox.hpp>
#include <string>

namespace memgrade::vm {

// Whether all that guests need but a kernel is here: QEMU, which really runs a few instructions, and what
// goes into the first file system. For `grade doctor`: one line for a person, or the Error that says what is
// missing.
[[nodiscard]] Result<std::string> check_linux(const exec::Sandbox& sandbox,
                                              const std::filesystem::path& cache);

}  // namespace memgrade::vm
