// Compiler output -> findings, for every collector that builds something.
#pragma once

#include <filesystem>
#include <harness/model/evidence.hpp>
#include <string_view>
#include <vector>

namespace memgrade::collect {

// GCC's, Clang's and the linker's findings in a build's output, at most 200; `root` is taken off file names.
[[nodiscard]] std::vector<Diagnostic> parse_diagnostics(std::string_view output, std::string_view root);

// Each file as it is called from `tree`: below `make -C src` a compiler says "vm.c" of src/vm.c. A name that
// is there already stays, and so does one that fits no file of the tree or several.
void locate_files(std::vector<Diagnostic>& diagnostics, const std::filesystem::path& tree);

}  // namespace memgrade::collect
