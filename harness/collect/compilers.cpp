#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/compilers.hpp>

namespace memgrade::collect {
namespace {

constexpr int kModuleGcc = 12;  // builds for every kernel that the labs name
constexpr int kFirstStrictGcc = 14;

// 12 of "gcc-12" or "x86_64-linux-gnu-g++-12".
int version_in(const std::string& name) {
  static const RE2 pattern(R"((?:.*-)?g(?:cc|\+\+)-(\d{1,3}))");
  int version = 0;
  return RE2::FullMatch(name, pattern, &version) ? version : 0;
}

}  // namespace

int gcc_version(const fs::path& compiler) {
  std::error_code error;
  const fs::path behind_links = fs::canonical(compiler, error);
  return error ? 0 : version_in(behind_links.filename().string());
}

std::string module_compiler(const std::vector<std::string>& names) {
  int newest = 0;
  for (const std::string& name : names) {
    if (!name.starts_with("gcc-")) continue;
    const int version = version_in(name);
    if (version == kModuleGcc) return name;
    newest = std::max(newest, version);
  }
  return newest == 0 ? "gcc" : fmt::format("gcc-{}", newest);
}

std::string module_compiler() {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at("/usr/bin", error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  return module_compiler(names);
}

std::string compiler_wrapper(const fs::path& compiler, int version,
                             const std::vector<std::string>& extra_flags) {
  if (version < kFirstStrictGcc)
    return fmt::format("#!/bin/sh\nexec {} \"$@\" {}\n", compiler.string(), shell_command(extra_flags));
  return fmt::format(
      "#!/bin/sh\nc=\nfor word; do case $word in *.c) c=-fpermissive ;; esac; done\nexec {} \"$@\" $c {}\n",
      compiler.string(), shell_command(extra_flags));
}

std::string note_on_c(int version) {
  if (version < kFirstStrictGcc) return "";
  return fmt::format(
      "compiled with GCC {}, and C with -fpermissive: what is an error since GCC 14 is a warning, as in GCC "
      "12",
      version);
}

}  // namespace memgrade::collect
