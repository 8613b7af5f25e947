// Builds a student's kernel: our tree with the student's files in it, in the sandbox.
//
// Everything else in the tree is protected: the boot code, the tests, the driver and the Makefile are ours
// whatever was sent. What a student added beside the named files is left out, and said.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/model/evidence.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::collect {

struct BuiltKernel {
  BuildRecord record;
  std::map<std::string, std::filesystem::path> images;  // by the case's names; only those that were built
  std::vector<std::string> notes;
};

[[nodiscard]] Result<BuiltKernel> build_kernel(const Lab& lab, const Work& work,
                                               const Surroundings& surroundings);

}  // namespace memgrade::collect
