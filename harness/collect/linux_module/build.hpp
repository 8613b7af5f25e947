// Builds a student's module against a guest's kernel, and our programs for the guest, in the sandbox.
//
// The module's folder is ours: Kbuild, Makefile and framework are never the student's. The programs are ours
// too, but they are built where everything is built.
#pragma once

#include <filesystem>
#include <functional>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/linux_module/source.hpp>
#include <harness/model/evidence.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

struct BuiltModule {
  BuildRecord record;
  fs::path folder;                 // with what was built; in `scratch`
  fs::path object;                 // the .ko file; empty when it was not built
  std::string source;              // the student's file as it was built
  std::vector<std::string> notes;  // edits, files that were replaced
};

// The address of a symbol of the guest's kernel; nothing when it has none of that name.
using Symbols = std::function<std::optional<std::uint64_t>(std::string_view name)>;

// `symbols` is for edits.
[[nodiscard]] Result<BuiltModule> build_module(const ModuleSettings& settings,
                                               const LabSubmission& submission, const ModuleSource& source,
                                               const vm::LinuxKernel& kernel, const Symbols& symbols,
                                               const Context& context);

// The lab's programs: name -> the executable's bytes. They are the same for every student, so they are kept
// in `cache`, by a digest of the folder and of the compiler. That one of ours does not build is an Error.
[[nodiscard]] Result<std::map<std::string, std::string>> build_programs(const ModuleSettings& settings,
                                                                        const fs::path& cache,
                                                                        const Context& context);

}  // namespace memgrade::collect
