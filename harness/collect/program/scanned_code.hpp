// A C source as far as hints need it: the code without its comments, its string literals and its characters.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::collect {

struct ScannedCode {
  std::string code;                   // literals stand in it as they are written
  std::vector<std::string> literals;  // neighbours that the compiler joins are one
  std::set<char> characters;          // character constants
};

// Bounded: of very many or very long literals the rest is left out.
[[nodiscard]] ScannedCode scan_code(std::string_view text);

}  // namespace memgrade::collect
