#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/linux_module/source.hpp>

namespace memgrade::collect {
namespace {

bool has_a_module(const std::string& text) {
  static const RE2 pattern(R"(\b(?:module_init|init_module)\s*\()");
  return RE2::PartialMatch(text, pattern);
}

// The text of a C file that holds a module; nothing of any other file.
std::optional<std::string> module_text(const fs::path& root, const fs::path& file) {
  // What kbuild makes beside a module (ktest.mod.c) holds none.
  if (file.extension() != ".c" || file.stem().extension() == ".mod") return std::nullopt;
  auto part = read_untrusted(root, file, kMostSourceBytes);
  if (!part || !has_a_module(part->bytes)) return std::nullopt;
  return std::move(part->bytes);
}

// The C files, other than the named one, that hold a module.
Result<std::vector<std::string>> candidates(const fs::path& from) {
  const auto handed_in = look_through(from);
  if (!handed_in) return std::unexpected(handed_in.error());
  std::vector<std::string> found;
  for (const fs::path& file : handed_in->files)
    if (module_text(from, file)) found.push_back(file.string());
  if (found.empty() && !handed_in->unreadable.empty())
    return std::unexpected(permission_denied(handed_in->unreadable));
  return found;
}

Status choose(const fs::path& from, const std::string& named, ModuleSource& source) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(from / named, ignored))) {
    source.file = named;
    return {};
  }
  const auto others = candidates(from);
  if (!others) return std::unexpected(others.error());
  if (others->size() == 1) {
    source.file = others->front();
    source.notes.push_back(fmt::format("{} is missing; {} holds the one module that is here, and was taken",
                                       named, printable(source.file)));
  } else if (others->empty()) {
    source.missing.push_back(fmt::format("{}: missing, and no other C file holds a module", named));
  } else {
    source.missing.push_back(fmt::format("{}: missing, and several files could be meant: {}", named,
                                         shorten(printable(join(*others, ", ")), 300)));
  }
  return {};
}

// A second copy in a folder below is not graded; whoever reads the report must know which one was.
void note_copies(const fs::path& from, ModuleSource& source) {
  if (source.file.empty()) return;
  std::vector<std::string> copies;
  for (const fs::path& file : work_in(from))
    if (file.filename() == fs::path(source.file).filename() && file != source.file)
      copies.push_back(printable(file.string()));
  if (!copies.empty())
    source.notes.push_back(shorten(
        fmt::format("graded is {}; not looked at: {}", printable(source.file), join(copies, ", ")), 400));
}

ModuleVariant variant_of(const ModuleSettings& settings, const std::string& text) {
  for (const ModuleVariant& variant : settings.variants)
    if (!variant.matches || RE2::PartialMatch(text, RE2(*variant.matches, RE2::Quiet))) return variant;
  return {};
}

}  // namespace

Result<ModuleSource> find_module_source(const ModuleSettings& settings, const LabSubmission& submission) {
  ModuleSource source;
  if (auto chosen = choose(submission.directory, settings.student, source); !chosen)
    return std::unexpected(chosen.error());
  if (source.file.empty()) return source;
  note_copies(submission.directory, source);
  auto part = read_work(submission.directory, source.file, kMostSourceBytes);
  if (!part && part.error().kind == ErrorKind::infrastructure) return std::unexpected(part.error());
  const std::string why = part ? why_no_source(part->bytes) : "";
  if (!part || part->cut || part->bytes.find('\0') != std::string::npos) {
    source.missing.push_back(fmt::format("{}: {}", printable(source.file),
                                         !part         ? part.error().message
                                         : part->cut   ? "larger than 1 MiB"
                                         : why.empty() ? "no text, it holds NULs"
                                                       : why));
    return source;
  }
  source.text = std::move(part->bytes);
  source.variant = variant_of(settings, source.text);
  return source;
}

bool reads_like_the_module(const Lab& lab, const fs::path& root, const fs::path& file) {
  const auto text = module_text(root, file);
  const std::string name = RE2::QuoteMeta(lab.settings.value("module", ""));
  return text && !name.empty() && RE2::PartialMatch(*text, fmt::format(R"(["/]{0}\b|\b{0}run\b)", name));
}

}  // namespace memgrade::collect
