// Which course's, edition's or lab's tree a folder holds, told by what stands in it: a tree that this lab
// does not grade is said so, and never graded as wrong answers.
#pragma once

#include <filesystem>
#include <harness/base/json.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// A kind of tree that is none of this lab's. All that is given must hold; "" is not given.
struct OtherTree {
  std::string is;                    // for a person: "lab 6 of the same course"
  std::string has_path, lacks_path;  // RE2, of some path in the tree, and of none
  std::string has_text, lacks_text;  // RE2, of some source's text, and of none's
};
[[nodiscard]] std::vector<OtherTree> other_trees(const Json& whole_trees);

// Whether a whole tree stands in `directory`: a file that fits one of the case's globs `has`.
[[nodiscard]] bool is_whole_tree(const Json& whole_trees, const std::filesystem::path& directory);

// What the tree is, when it is none of this lab's; else "".
[[nodiscard]] std::string other_tree_in(const std::vector<OtherTree>& others,
                                        const std::filesystem::path& directory);

}  // namespace memgrade::collect
