// Writes a lab's starter code: the reference's files with the solutions taken out, and the data to try it
// with.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <string>
#include <vector>

namespace memgrade::starter {

struct Skeleton {
  std::vector<std::string> files;  // relative
  std::vector<std::string> parts;  // what is left to write: "src/tlb.cpp: tlb-lookup"
};

// `target` must not exist, or be empty (an error of kind usage). `root` is memgrade's own folder, in which
// lab.starter's `from` stands. Nothing is left of a skeleton that could not be finished.
[[nodiscard]] Result<Skeleton> write_skeleton(const Lab& lab, const std::filesystem::path& root,
                                              const std::filesystem::path& target);

}  // namespace memgrade::starter
