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

// How a submission's kernels are started, and ended where they do not end by themselves.
struct BootWay {
  std::string cpu = "rv64";
  bool bare = false;            // in machine mode and without firmware, from the begin of memory
  Json watch = Json::object();  // what watch_of takes
};

struct BuiltKernel {
  std::string variant;  // of the submission
  BuildRecord record;
  std::map<std::string, std::filesystem::path> images;  // by the case's names; only those that were built
  std::map<std::string, std::string> commands;          // by image: how to boot it by hand
  BootWay recipe;
  bool keep_first_page = false;  // sequences never free the first page
  std::string
      driver_inconclusive;  // why the driver's image is not there, where nobody can be blamed for that
  std::vector<std::string> notes;
};

[[nodiscard]] Result<BuiltKernel> build_kernel(const Lab& lab, const LabSubmission& submission,
                                               const Context& context);

}  // namespace memgrade::collect
