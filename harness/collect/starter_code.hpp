// A lab's starter code: the reference's files with the solutions taken out.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

struct StarterFile {
  std::string name;  // relative
  std::string text;
  std::vector<std::string> parts;  // what is left to write in it
};

// Those of a lab that has starter code (none for others). `root` is memgrade's own folder. An error of kind
// case_file for STUDENT marks that do not fit together.
[[nodiscard]] Result<std::vector<StarterFile>> starter_files(const Lab& lab,
                                                             const std::filesystem::path& root);

// Whether the directory holds the starter code as it was handed out: every file that has a part to write
// (there is one) stands there, under its name, and no byte of it was changed.
[[nodiscard]] bool is_starter_code(const std::vector<StarterFile>& handed_out,
                                   const std::filesystem::path& directory);

// Whether each of these files below the directory is a file of the starter code, byte by byte.
[[nodiscard]] bool are_starter_files(const std::vector<StarterFile>& handed_out,
                                     const std::filesystem::path& directory,
                                     const std::vector<std::filesystem::path>& files);

}  // namespace memgrade::collect
