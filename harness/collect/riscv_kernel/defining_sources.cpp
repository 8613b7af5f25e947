#include <algorithm>
#include <harness/base/c_source.hpp>
#include <harness/base/files.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/riscv_kernel/defining_sources.hpp>

namespace memgrade::collect {

std::map<std::string, std::string> defining_sources(const std::filesystem::path& tree,
                                                    const std::vector<std::string>& functions) {
  std::map<std::string, std::string> sources;
  if (functions.empty()) return sources;
  for (const std::filesystem::path& file : work_in(tree)) {
    if (file.extension() != ".c") continue;
    const auto part = read_untrusted(tree, file, kMostSourceBytes);
    if (!part) continue;
    const auto definitions = read_c(part->bytes).definitions;
    if (std::ranges::any_of(definitions, [&](const CPart& one) {
          return std::ranges::find(functions, one.name) != functions.end();
        }))
      sources.emplace(file.string(), part->bytes);
  }
  return sources;
}

}  // namespace memgrade::collect
