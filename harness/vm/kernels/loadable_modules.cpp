#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/vm/kernels/loadable_modules.hpp>
#include <harness/vm/kernels/private_apt.hpp>
#include <map>
#include <optional>
#include <set>

namespace memgrade::vm {
namespace {

constexpr std::uint64_t most_module_bytes = 64U << 20;

struct Compression {
  std::string_view termination, program, package;
};
constexpr std::array<Compression, 4> compressions = {
    {{".ko", "", ""}, {".ko.xz", "xz", "xz-utils"}, {".ko.zst", "zstd", "zstd"}, {".ko.gz", "gzip", "gzip"}}};

const Compression* compression_of(std::string_view file) {
  const auto found = std::ranges::find_if(
      compressions, [file](const Compression& one) { return file.ends_with(one.termination); });
  return found == compressions.end() ? nullptr : &*found;
}

std::string without_termination(std::string_view file) {
  if (const Compression* compression = compression_of(file))
    file.remove_suffix(compression->termination.size());
  return std::string(file);
}

// "virtio-rng.ko.xz" and "virtio-rng" are the module virtio_rng.
std::string module_name(std::string_view file) {
  return replace_all(without_termination(file), "-", "_");
}

class Collector {
 public:
  Collector(fs::path modules, std::stop_token stop) : modules_(std::move(modules)), stop_(std::move(stop)) {}
  Status look();
  Status add(const std::string& wanted, bool optional);
  std::vector<ModuleImage> out;

 private:
  Result<std::string> read(const fs::path& file) const;

  fs::path modules_;
  std::stop_token stop_;
  std::map<std::string, fs::path> files_;
  std::set<std::string> built_in_;
  std::set<std::string> seen_;
};

Status Collector::look() {
  const std::string list = read_file(modules_ / "modules.builtin").value_or(std::string());
  for (const std::string_view line : split_lines(list))
    built_in_.insert(module_name(fs::path(line).filename().string()));
  const auto found = list_files(modules_, {.bytes = 4ULL << 30, .files = 50'000});
  if (!found) return fail(ErrorKind::infrastructure, found.error().message, modules_.string());
  for (const fs::path& file : *found)
    if (compression_of(file.string())) files_.emplace(module_name(file.filename().string()), file);
  return {};
}

Result<std::string> Collector::read(const fs::path& file) const {
  const Compression* compression = compression_of(file.string());
  if (compression == nullptr || compression->program.empty())
    return read_file(modules_ / file, most_module_bytes);
  return run_tool({std::string(compression->program), "-dc", (modules_ / file).string()},
                  std::string(compression->package), "/", stop_, most_module_bytes);
}

Status Collector::add(const std::string& wanted, bool optional) {
  const std::string name = module_name(wanted);
  if (built_in_.contains(name) || !seen_.insert(name).second) return {};
  const auto file = files_.find(name);
  if (file == files_.end()) {
    if (optional) return {};
    return fail(ErrorKind::infrastructure,
                fmt::format("the kernel has no module {}, and it is not built in", name), modules_.string());
  }
  auto bytes = read(file->second);
  if (!bytes) return std::unexpected(bytes.error());
  if (!bytes->starts_with("\x7f"
                          "ELF"))
    return fail(ErrorKind::infrastructure, "is no kernel module", (modules_ / file->second).string());
  for (const std::string& needed : split_words(replace_all(module_info(*bytes, "depends"), ",", " ")))
    if (Status added = add(needed, false); !added) return added;
  out.push_back(
      {.name = name, .file = without_termination(file->second.string()) + ".ko", .bytes = std::move(*bytes)});
  return {};
}

}  // namespace

std::string module_info(std::string_view bytes, std::string_view key) {
  // The section .modinfo is a row of "key=value" with a zero behind each; no other section has such a text
  // between two zeros.
  const std::string begin = fmt::format("{}{}=", '\0', key);
  const std::size_t at = bytes.find(begin);
  if (at == std::string_view::npos) return {};
  const std::string_view value = bytes.substr(at + begin.size());
  return std::string(value.substr(0, value.find('\0')));
}

Result<std::vector<ModuleImage>> module_images(const fs::path& modules, const std::vector<std::string>& names,
                                               const std::vector<std::string>& optional,
                                               std::stop_token stop) {
  if (modules.empty()) return {};
  Collector collector(modules, std::move(stop));
  if (Status looked = collector.look(); !looked) return std::unexpected(looked.error());
  for (const std::string& name : names)
    if (Status added = collector.add(name, false); !added) return std::unexpected(added.error());
  for (const std::string& name : optional)
    if (Status added = collector.add(name, true); !added) return std::unexpected(added.error());
  return std::move(collector.out);
}

Status keep_modules(const fs::path& modules, const std::vector<ModuleImage>& kept) {
  if (Status gone = remove_tree(modules / "kernel"); !gone) return gone;
  for (const ModuleImage& module : kept) {
    const fs::path path = modules / module.file;
    if (Status made = make_directories(path.parent_path()); !made) return made;
    if (Status written = write_file(path, module.bytes); !written) return written;
  }
  return {};
}

}  // namespace memgrade::vm
