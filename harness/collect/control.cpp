#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <harness/base/text.hpp>
#include <harness/collect/control.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::collect {
namespace {

constexpr auto kServesFor = std::chrono::minutes(1);
constexpr std::size_t kLongestComplaint = 300;

// What a compiler says in a line of the student's, and means of the host.
constexpr std::array kOfTheHost = {"No space left on device", "Disk quota exceeded", "Read-only file system",
                                   "Too many open files",     "Text file busy",      "Cannot allocate memory",
                                   "Input/output error"};

std::string complaint_of(const RunRecord& step) {
  for (const Stream* stream : {&step.err, &step.out})
    if (const std::string_view said = trim(stream->bytes); !said.empty())
      return shorten(printable(said), kLongestComplaint);
  return "";
}

}  // namespace

std::string lack_of_room(const fs::path& directory) {
  struct statvfs about {};
  if (::statvfs(directory.c_str(), &about) != 0) return "";
  const std::uint64_t bytes = std::uint64_t{about.f_bavail} * about.f_frsize;
  if (bytes < kLeastRoomBytes)
    return fmt::format(
        "{} MB are free in {}, where {} MB are needed; make room, or set TMPDIR to another place",
        bytes >> 20, directory.parent_path().string(), kLeastRoomBytes >> 20);
  // Some file systems have no fixed number of files, and say 0 of 0.
  if (about.f_files > 0 && about.f_favail < kLeastRoomFiles)
    return fmt::format("{} more files have room in {}, where {} are needed; set TMPDIR to another place",
                       std::uint64_t{about.f_favail}, directory.parent_path().string(), kLeastRoomFiles);
  return "";
}

Status KnownGood::check(const fs::path& scratch) {
  if (const std::string lack = lack_of_room(scratch); !lack.empty())
    return fail(ErrorKind::infrastructure, lack);
  const std::scoped_lock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (good_at_ && now - *good_at_ < kServesFor) return {};
  const auto failed = attempt_();
  if (!failed) return std::unexpected(failed.error());
  if (!failed->empty())
    return fail(ErrorKind::infrastructure,
                "the submission failed here, and so does work that is known to be good, so this host is to "
                "blame: " +
                    *failed);
  good_at_ = now;
  return {};
}

std::string trouble_of(const BuildRecord& record) {
  if (record.succeeded) return "";
  if (record.steps.empty()) return record.tried.empty() ? "nothing was built" : join(record.tried, "; ");
  const auto bad = std::ranges::find_if_not(record.steps, went_well);
  const RunRecord& step = bad == record.steps.end() ? record.steps.back() : *bad;
  const std::string said = complaint_of(step);
  return fmt::format("{} {}{}", printable(step.command), describe_termination(step),
                     said.empty() ? "" : ": " + said);
}

bool names_an_error(const BuildRecord& record) {
  return std::ranges::any_of(record.diagnostics, [](const Diagnostic& found) {
    const bool of_host = std::ranges::any_of(
        kOfTheHost, [&](const char* words) { return found.message.find(words) != std::string::npos; });
    return found.severity == "error" && found.line > 0 && !of_host && !fs::path(found.file).is_absolute();
  });
}

std::string note_on_control(const BuildRecord& first, const BuildRecord& counted, bool again) {
  if (!again) return "the build failed; known-good work builds here";
  if (!counted.succeeded) return "the build failed twice; known-good work builds here";
  return fmt::format("built at the second attempt, which counts; the first ended so: {}", trouble_of(first));
}

}  // namespace memgrade::collect
