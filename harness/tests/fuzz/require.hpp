// What a fuzz target says of a promise that does not hold; then it ends as a crash does, which the driver
// sees.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace memgrade {

inline void require(bool holds, const char* what, const std::string& detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s%s%s\n", what, detail.empty() ? "" : ": ", detail.c_str());
  std::abort();
}

}  // namespace memgrade
