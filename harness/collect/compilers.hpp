// The C compilers of this machine: which one builds modules, and what makes a newer GCC judge C as GCC 12
// does.
//
// GCC 14 refuses what GCC 12 warns of: calls of undeclared functions, integers and pointers taken for each
// other. Its -fpermissive for C makes warnings of them again, so that a submission gets the same verdict on
// every host.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace memgrade::collect {

// 12 of "/usr/bin/x86_64-linux-gnu-gcc-12", the name behind all links; 0 when it ends in no number, or is no
// GCC.
[[nodiscard]] int gcc_version(const std::filesystem::path& compiler);

// "gcc-12" where it is among these names of files, else the newest gcc-N, else "gcc".
[[nodiscard]] std::string module_compiler(const std::vector<std::string>& names);
[[nodiscard]] std::string module_compiler();  // of /usr/bin

// A script that calls the compiler with our flags behind its own, and C with -fpermissive where GCC is that
// new.
[[nodiscard]] std::string compiler_wrapper(const std::filesystem::path& compiler, int version,
                                           const std::vector<std::string>& extra_flags);

// What a report says where C is compiled with -fpermissive; empty elsewhere.
[[nodiscard]] std::string note_on_c(int version);

}  // namespace memgrade::collect
