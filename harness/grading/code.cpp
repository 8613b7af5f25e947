#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/json.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/grading/code.hpp>

namespace memgrade::grading {
namespace {

constexpr std::string_view kCodeSchema = "memgrade/code/v1";
constexpr std::uint64_t kMostFileBytes = 1U << 20;
constexpr std::uint64_t kMostBytes = 8U << 20;

constexpr std::array<std::string_view, 16> kEndings = {".c",   ".h",   ".cc",  ".cpp", ".cxx", ".hh",
                                                       ".hpp", ".hxx", ".S",   ".s",   ".asm", ".ld",
                                                       ".lds", ".mk",  ".inc", ".py"};
constexpr std::array<std::string_view, 6> kNames = {"Makefile", "makefile",       "GNUmakefile",
                                                    "Kbuild",   "CMakeLists.txt", "Kconfig"};

// Made by a build, though it looks like a source: kbuild's ktest.mod.c, CMake's probes of compilers.
bool is_generated(const fs::path& file) {
  return file.filename().string().ends_with(".mod.c") ||
         std::ranges::any_of(file, [](const fs::path& part) { return part == "CMakeFiles"; });
}

bool is_code(const Lab& lab, const fs::path& file) {
  const std::string name = file.filename().string();
  if (is_generated(file) || file_matches(lab.ignore, file)) return false;
  return std::ranges::find(kEndings, file.extension().string()) != kEndings.end() ||
         std::ranges::find(kNames, name) != kNames.end() || file_matches(lab.identify, file);
}

bool is_below(const fs::path& file, const fs::path& directory) {
  const fs::path relative = file.lexically_relative(directory);
  return !relative.empty() && *relative.begin() != "..";
}

// Lengths keep two files apart from one that holds both. A file that is too large to keep counts by its size.
class Digest {
 public:
  void add(const fs::path& name, std::string_view text, std::uint64_t size) {
    all_ += fmt::format("{}:{}:{}:", name.string().size(), size, text.size()) + name.string();
    all_ += text;
  }
  [[nodiscard]] std::string value() const { return all_.empty() ? "" : digest(all_); }

 private:
  std::string all_;
};

fs::path code_path(const fs::path& run, const std::string& lab) {
  return run / "evidence" / lab / "code.json";
}

}  // namespace

Code read_code(const Lab& lab, const fs::path& directory, const std::vector<fs::path>& others) {
  Code code;
  const auto found = collect::look_through(directory);
  if (!found) {
    code.left_out.push_back(found.error().message);
    return code;
  }
  Digest digest_of_all;
  std::uint64_t total = 0;
  for (const fs::path& file : found->files) {
    const auto of_another = [&](const fs::path& other) {
      return is_below(other, directory) && other != directory && is_below(directory / file, other);
    };
    if (!is_code(lab, file) || std::ranges::any_of(others, of_another)) continue;
    const auto part = read_untrusted(directory, file, kMostFileBytes);
    const auto leave_out = [&](std::string_view why) {
      code.left_out.push_back(fmt::format("{}: {}", printable(file.string()), why));
    };
    if (!part) {
      leave_out(part.error().message);
      continue;
    }
    total += part->bytes.size();
    const bool kept = !part->cut && total <= kMostBytes;
    digest_of_all.add(file, kept ? part->bytes : "", part->total_bytes);
    if (kept)
      code.files.insert_or_assign(file.string(), part->bytes);
    else
      leave_out(part->cut ? "larger than 1 MiB" : "more than 8 MiB in all");
  }
  code.digest = digest_of_all.value();
  return code;
}

Status store_code(const fs::path& run, const std::string& lab, const Code& code) {
  Json files = Json::array();
  for (const auto& [name, text] : code.files)
    files.push_back({{"name", to_utf8(name)}, {"text", to_utf8(text)}});
  const Json json = {
      {"schema", kCodeSchema}, {"digest", code.digest}, {"left_out", code.left_out}, {"files", files}};
  if (auto made = make_directories(code_path(run, lab).parent_path()); !made) return made;
  return write_file(code_path(run, lab), dump_json(json) + "\n");
}

Result<Code> load_code(const fs::path& run, const std::string& lab) {
  const fs::path path = code_path(run, lab);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return Code{};
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  const auto json = parse_json(*bytes, show_path(path));
  if (!json) return std::unexpected(json.error());
  try {
    if (json->at("schema") != kCodeSchema)
      return fail(ErrorKind::io, "written by another version of memgrade", show_path(path));
    Code code;
    code.digest = json->at("digest").get<std::string>();
    code.left_out = json->at("left_out").get<std::vector<std::string>>();
    for (const Json& file : json->at("files"))
      code.files.insert_or_assign(file.at("name").get<std::string>(), file.at("text").get<std::string>());
    return code;
  } catch (const Json::exception& problem) {
    return fail(ErrorKind::io, fmt::format("not what a run writes ({})", problem.what()), show_path(path));
  }
}

}  // namespace memgrade::grading
