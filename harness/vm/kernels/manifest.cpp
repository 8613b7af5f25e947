#include <fmt/format.h>
#include <unistd.h>

#include <harness/base/hash.hpp>
#include <harness/base/json.hpp>
#include <harness/base/text.hpp>
#include <harness/base/walk.hpp>
#include <harness/vm/kernels/kernel_check.hpp>
#include <harness/vm/kernels/manifest.hpp>

namespace memgrade::vm {
namespace {

// A new number makes all kernels that are in a cache be fetched again: when the tree is made otherwise.
constexpr const char* schema = "memgrade/kernel/v2";

Result<std::string> digest_of(const fs::path& path) {
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  return digest(*bytes);
}

std::uint64_t bytes_on_disk(const fs::path& root) {
  std::uint64_t sum = 0;
  walk_tree(root, {.visit = [&sum](const WalkEntry& entry) {
              sum += static_cast<std::uint64_t>(entry.about.st_blocks) * 512;
              return WalkStep::on;
            }});
  return sum;
}

bool stays_inside(const std::string& text) {
  const fs::path path(text);
  if (text.empty() || path.is_absolute()) return false;
  for (const fs::path& part : path)
    if (part == "..") return false;
  return true;
}

LinuxKernel kernel_at(const fs::path& directory, const KernelManifest& manifest) {
  return {.series = manifest.series,
          .release = manifest.release,
          .root = directory,
          .image = directory / manifest.image,
          .modules = directory / manifest.modules,
          .build = directory / manifest.build,
          .identity = join(manifest.packages, ", ")};
}

}  // namespace

Result<KernelManifest> describe(const LinuxKernel& kernel, std::vector<std::string> packages) {
  const auto image = digest_of(kernel.image);
  if (!image) return std::unexpected(image.error());
  const auto symbols = digest_of(kernel.build / "Module.symvers");
  if (!symbols) return std::unexpected(symbols.error());
  const auto inside = [&](const fs::path& path) { return path.lexically_relative(kernel.root).string(); };
  return KernelManifest{.series = kernel.series,
                        .release = kernel.release,
                        .packages = std::move(packages),
                        .image = inside(kernel.image),
                        .modules = inside(kernel.modules),
                        .build = inside(kernel.build),
                        .image_digest = *image,
                        .symbols_digest = *symbols,
                        .bytes = bytes_on_disk(kernel.root)};
}

std::string to_text(const KernelManifest& manifest) {
  return dump_json({{"schema", schema},
                    {"series", manifest.series},
                    {"release", manifest.release},
                    {"packages", manifest.packages},
                    {"image", manifest.image},
                    {"modules", manifest.modules},
                    {"build", manifest.build},
                    {"image_digest", manifest.image_digest},
                    {"symbols_digest", manifest.symbols_digest},
                    {"bytes", manifest.bytes}}) +
         "\n";
}

Result<KernelManifest> parse_manifest(std::string_view text) {
  const auto json = parse_json(text, manifest_name);
  if (!json) return std::unexpected(json.error());
  KernelManifest manifest;
  try {
    if (json->at("schema").get<std::string>() != schema)
      return fail(ErrorKind::infrastructure, "was written by another version of memgrade", manifest_name);
    for (const auto& [key, place] : {std::pair{"series", &manifest.series},
                                     {"release", &manifest.release},
                                     {"image", &manifest.image},
                                     {"modules", &manifest.modules},
                                     {"build", &manifest.build},
                                     {"image_digest", &manifest.image_digest},
                                     {"symbols_digest", &manifest.symbols_digest}})
      *place = json->at(key).get<std::string>();
    manifest.packages = json->at("packages").get<std::vector<std::string>>();
    manifest.bytes = json->at("bytes").get<std::uint64_t>();
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorKind::infrastructure, error.what(), manifest_name);
  }
  for (const std::string* path : {&manifest.image, &manifest.modules, &manifest.build})
    if (!stays_inside(*path))
      return fail(ErrorKind::infrastructure, fmt::format("{} leads elsewhere", quote(*path)), manifest_name);
  return manifest;
}

std::optional<CachedKernel> cached_kernel(const fs::path& directory) {
  const auto text = read_file(directory / manifest_name, 1U << 20);
  if (!text) return {};
  const auto manifest = parse_manifest(*text);
  if (!manifest) return {};
  LinuxKernel kernel = kernel_at(directory, *manifest);
  std::error_code code;
  const bool whole = digest_of(kernel.image) == manifest->image_digest &&
                     digest_of(kernel.build / "Module.symvers") == manifest->symbols_digest &&
                     fs::is_directory(kernel.modules, code) &&
                     ::access((kernel.build / "scripts/mod/modpost").c_str(), X_OK) == 0;
  if (!whole) return {};
  return CachedKernel{.kernel = std::move(kernel), .bytes = manifest->bytes};
}

}  // namespace memgrade::vm
