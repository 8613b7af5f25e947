// The files of a tree that define certain functions, for whoever must read them where nothing could be tried.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace memgrade::collect {

// Path in the tree -> text, of C sources up to kMostSourceBytes each.
[[nodiscard]] std::map<std::string, std::string> defining_sources(const std::filesystem::path& tree,
                                                                  const std::vector<std::string>& functions);

}  // namespace memgrade::collect
