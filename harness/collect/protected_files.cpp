#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/protected_files.hpp>

namespace memgrade::collect {
namespace {

void add_note(std::vector<std::string>& notes, const std::vector<std::string>& files, const char* what) {
  if (!files.empty()) notes.push_back(shorten(fmt::format("{}: {}", what, join(files, ", ")), 400));
}

}  // namespace

std::vector<std::string> notes_on_protected_files(const fs::path& from, const fs::path& our_tree,
                                                  const std::vector<std::string>& students) {
  std::vector<std::string> notes, changed, extra;
  for (const fs::path& file : work_in(from)) {
    if (std::ranges::find(students, file.string()) != students.end() || *file.begin() == "build") continue;
    const auto ours = read_file(our_tree / file);
    const auto mine = read_untrusted(from, file, kMostSourceBytes);
    if (!ours)
      extra.push_back(printable(file.string()));
    else if (!mine || mine->bytes != *ours)
      changed.push_back(printable(file.string()));
  }
  add_note(notes, changed, "protected, ours was used");
  add_note(notes, extra, "left out");
  return notes;
}

}  // namespace memgrade::collect
