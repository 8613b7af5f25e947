#include <re2/re2.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/riscv_kernel/edition.hpp>

namespace memgrade::collect {
namespace {

constexpr std::uint64_t kMostTextBytes = 16U << 20;  // of all sources together

bool is_source(const fs::path& file) {
  constexpr std::string_view known[] = {".c", ".h", ".S", ".s", ".lds", ".ld"};
  return std::ranges::find(known, file.extension().string()) != std::end(known);
}

// What a tree says, by the names of its files and by their text.
struct TreeText {
  std::vector<std::string> paths, sources;
};

TreeText read_tree(const fs::path& directory) {
  TreeText tree;
  std::uint64_t bytes = 0;
  for (const fs::path& file : work_in(directory)) {
    tree.paths.push_back(file.string());
    if (!is_source(file) || bytes >= kMostTextBytes) continue;
    const auto part = read_untrusted(directory, file, kMostSourceBytes);
    if (!part) continue;
    bytes += part->bytes.size();
    tree.sources.push_back(part->bytes);
  }
  return tree;
}

bool any_matches(const std::vector<std::string>& texts, const std::string& pattern) {
  const RE2 expression(pattern, RE2::Quiet);
  return std::ranges::any_of(texts,
                             [&](const std::string& text) { return RE2::PartialMatch(text, expression); });
}

bool fits(const OtherTree& other, const TreeText& tree) {
  return (other.has_path.empty() || any_matches(tree.paths, other.has_path)) &&
         (other.lacks_path.empty() || !any_matches(tree.paths, other.lacks_path)) &&
         (other.has_text.empty() || any_matches(tree.sources, other.has_text)) &&
         (other.lacks_text.empty() || !any_matches(tree.sources, other.lacks_text));
}

}  // namespace

std::vector<OtherTree> other_trees(const Json& whole_trees) {
  std::vector<OtherTree> others;
  for (const Json& other : whole_trees.value("others", Json::array()))
    others.push_back({.is = other.value("is", ""),
                      .has_path = other.value("has_path", ""),
                      .lacks_path = other.value("lacks_path", ""),
                      .has_text = other.value("has_text", ""),
                      .lacks_text = other.value("lacks_text", "")});
  return others;
}

bool is_whole_tree(const Json& whole_trees, const fs::path& directory) {
  const std::vector<std::string> globs = texts(whole_trees.value("has", Json::array()));
  return any_path_matches(globs, work_in(directory));
}

std::string other_tree_in(const std::vector<OtherTree>& others, const fs::path& directory) {
  const TreeText tree = read_tree(directory);
  const auto found = std::ranges::find_if(others, [&](const OtherTree& other) { return fits(other, tree); });
  return found == others.end() ? std::string() : found->is;
}

}  // namespace memgrade::collect
