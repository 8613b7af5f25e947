// Files of ours that lab.yaml names: folders of modules and kernels, programs, starter code.
#pragma once

#include <filesystem>
#include <harness/casefile/validate.hpp>
#include <string>
#include <vector>

namespace memgrade::casefile {

// What refers to a "file" must stand below one of the roots. A "student's file" need not stand there; that a
// file of nearly its name does is a mistake all the same. Of a glob the folders before its first wildcard are
// looked for. Without roots nothing is.
void check_files(Checked& lab, const std::vector<std::filesystem::path>& roots);

}  // namespace memgrade::casefile
