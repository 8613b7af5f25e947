#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/edits.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/riscv_kernel/tree_schema.hpp>
#include <harness/collect/riscv_kernel/tree_stage.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostNoteBytes = 600;

// A tree of sources is small, and its build has room for as much again.
constexpr TreeLimits kMostTree = {.bytes = 32ULL << 20, .files = 10'000};

class Stage {
 public:
  Stage(const fs::path& tree, const Json& settings, const std::string& toolchain)
      : tree_(tree), settings_(settings), toolchain_(toolchain) {}

  Status remove_compiled(const std::vector<std::string>& set_aside);
  Status edit();
  StagedTree staged;

 private:
  Result<bool> edit_file(const fs::path& file, const Json& edit);

  const fs::path& tree_;
  const Json& settings_;
  const std::string& toolchain_;
};

// What is not in the copy is removed by hand, too.
Status Stage::remove_compiled(const std::vector<std::string>& set_aside) {
  const auto files = list_files(tree_);
  if (!files) return std::unexpected(files.error());
  const std::vector<std::string> globs = texts(settings_.value("compiled", Json::array()));
  std::vector<std::string> removed, names;
  for (const std::string& one : set_aside) {
    const std::string file = one.substr(0, one.rfind(": "));
    if (one.ends_with(": compiled elsewhere")) removed.push_back(printable(file));
    if (!one.ends_with(": a symbolic link")) names.push_back(shell_quote(file));
  }
  for (const fs::path& file : *files) {
    if (!file_matches(globs, file)) continue;
    if (auto done = remove_tree(tree_ / file); !done) return done;
    removed.push_back(printable(file.string()));
    names.push_back(shell_quote(file.string()));
  }
  std::ranges::sort(removed);
  if (!removed.empty())
    staged.notes.push_back(shorten("compiled elsewhere, made anew: " + join(removed, ", "), kMostNoteBytes));
  if (!names.empty()) staged.commands.push_back("rm -r " + join(names, " "));
  return {};
}

// Whether it found its place.
Result<bool> Stage::edit_file(const fs::path& file, const Json& edit) {
  const auto before = read_untrusted(tree_, file, kMostSourceBytes);
  if (!before || before->cut) return false;
  const auto edited = apply_edits(before->bytes, {edit_from(edit, tree_edit_match)}, Json::object());
  if (!edited) return std::unexpected(edited.error());
  if (edited->made.empty()) return false;
  if (auto written = write_file(tree_ / file, edited->text); !written)
    return std::unexpected(written.error());
  staged.notes.push_back(describe_edit(printable(file.string()), edited->made.front()));
  staged.commands.push_back(edit_command(file.string(), edited->made.front()));
  return true;
}

Status Stage::edit() {
  const auto files = list_files(tree_);
  if (!files) return std::unexpected(files.error());
  std::vector<std::string> names, placed;
  for (const Json& edit : settings_.value("edits", Json::array())) {
    if (edit.value("toolchain", toolchain_) != toolchain_) continue;
    const std::string name = edit.value("edit", "");
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    const std::vector<std::string> globs = texts(edit.at("files"));
    for (const fs::path& file : *files) {
      if (!path_matches(globs, file)) continue;
      const auto found = edit_file(file, edit);
      if (!found) return std::unexpected(found.error());
      if (*found) placed.push_back(name);
    }
  }
  for (const std::string& name : names)
    if (std::ranges::find(placed, name) == placed.end())
      staged.notes.push_back(fmt::format(
          "the edit {} found no place: it is not needed, or the tree is another than the course's", name));
  return {};
}

}  // namespace

Result<StagedTree> stage_tree(const fs::path& from, const fs::path& to, const Json& settings,
                              const std::string& toolchain) {
  const auto skipped = copy_work(from, to, kMostTree);
  if (!skipped) return std::unexpected(skipped.error());
  Stage stage(to, settings, toolchain);
  std::vector<std::string> others = *skipped;
  std::erase_if(others, [](const std::string& one) { return one.ends_with(": compiled elsewhere"); });
  if (!others.empty())
    stage.staged.notes.push_back(shorten("left out: " + printable(join(others, ", ")), kMostNoteBytes));
  if (auto removed = stage.remove_compiled(*skipped); !removed) return std::unexpected(removed.error());
  if (auto edited = stage.edit(); !edited) return std::unexpected(edited.error());
  return std::move(stage.staged);
}

}  // namespace memgrade::collect
