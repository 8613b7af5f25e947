// A submission whose files stand elsewhere than they seem to: symbolic links within it, and names like
// "lab4\vm.c" of an archive that was packed on Windows. Such a one is copied, with each file at its place, so
// that nothing after this follows a link. Links never lead out.
#pragma once

#include <filesystem>
#include <harness/base/files.hpp>
#include <harness/collect/handed_in.hpp>
#include <memory>
#include <string>
#include <vector>

namespace memgrade::grading {

struct Tidied {
  std::shared_ptr<TempDir> copy;  // none where everything stands at its place
  std::vector<std::filesystem::path>
      linked_folders;  // in the copy: what stands below them stands elsewhere, too
  std::vector<std::string> notes;
};

// `found` is what was found in `submission`, a canonical path.
[[nodiscard]] Result<Tidied> tidy(const std::filesystem::path& submission, const collect::HandedIn& found);

}  // namespace memgrade::grading
