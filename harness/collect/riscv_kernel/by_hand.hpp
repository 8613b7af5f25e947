// Words of the commands that a report prints, so that a boot can be repeated by hand in the folder that was
// handed in.
#pragma once

#include <filesystem>
#include <harness/base/text.hpp>
#include <string>

namespace memgrade::collect {

// What was handed in stays as it is.
inline constexpr const char* into_a_copy = R"(t=$(mktemp -d) && cp -r . "$t" && cd "$t")";

// A file of ours; the shell asks for MEMGRADE where it is not set.
[[nodiscard]] inline std::string in_memgrade(const std::filesystem::path& file) {
  return R"("${MEMGRADE:?is the folder of memgrade}"/)" + shell_quote(file.string());
}

}  // namespace memgrade::collect
