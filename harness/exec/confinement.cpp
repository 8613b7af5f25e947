#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/confinement.hpp>
#include <harness/exec/user_lease.hpp>
#include <tuple>

namespace memgrade::exec {
namespace {

std::string one_line(std::string_view text) {
  return shorten(trim(printable(text)), 300);
}

// Nothing was reported: bwrap itself failed, or memgrade-confine was killed from outside.
Result<Outcome> unreported(Seen seen, const Limits& limits, const std::vector<fs::path>& writable) {
  if (!seen.ready) {
    const std::string said = one_line(seen.outcome.err.bytes);
    return no_sandbox("the sandbox could not be set up: " +
                      (said.empty() ? "its set-up ended without a word" : said));
  }
  // Killed by us for a limit, or by somebody else: the out-of-memory killer, an administrator.
  conclude(seen, SIGKILL, limits, writable);
  return std::move(seen.outcome);
}

Result<Outcome> reported(Seen seen, const Limits& limits, const std::vector<fs::path>& writable) {
  const confine_message report = *seen.report;
  switch (report.kind) {
    case CONFINE_EXITED:
      conclude(seen, W_EXITCODE(report.value, 0), limits, writable);
      break;
    case CONFINE_SIGNALED:
      conclude(seen, report.value, limits, writable);
      break;
    case CONFINE_NOT_EXECUTED:
      // These say that there was no room for a process, not that there was no program.
      if (report.value == EAGAIN || report.value == E2BIG || report.value == EMFILE ||
          report.value == ENFILE) {
        return no_sandbox(fmt::format("a command could not be started: {}", std::strerror(report.value)));
      }
      seen.outcome.termination = Termination::not_started;
      seen.outcome.limit = fmt::format("cannot be executed: {}", std::strerror(report.value));
      break;
    default:
      return no_sandbox(
          fmt::format("the sandbox could not be set up: {}: {}", report.what, std::strerror(report.value)));
  }
  return std::move(seen.outcome);
}

}  // namespace

std::unexpected<Error> no_sandbox(std::string message) {
  return fail(ErrorKind::sandbox, std::move(message));
}

Result<Outcome> outcome_of(Result<Seen> seen, const Limits& limits, const std::vector<fs::path>& writable) {
  if (!seen) return std::unexpected(seen.error());
  return seen->report ? reported(std::move(*seen), limits, writable)
                      : unreported(std::move(*seen), limits, writable);
}

void open_to_leased(const std::vector<Mount>& mounts) {
  for (const Mount& mount : mounts) {
    struct stat about {};
    if (mount.writable || mount.device || ::stat(mount.host.c_str(), &about) != 0 ||
        about.st_uid != ::getuid())
      continue;
    const mode_t ours = about.st_mode & S_IRWXU & ~static_cast<mode_t>(S_IWUSR);
    if ((about.st_mode & (ours >> 6U)) == ours >> 6U) continue;
    std::ignore = ::chown(mount.host.c_str(), static_cast<uid_t>(-1), leased_group);
    std::ignore = ::chmod(mount.host.c_str(), (about.st_mode & 07777U) | (ours >> 3U));
  }
}

std::map<std::string, std::string> environment_of(const Confined& confined, const std::string& home) {
  std::map<std::string, std::string> environment = confined.environment;
  environment.insert({"PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"});
  environment.insert({"HOME", home});
  environment.insert({"TMPDIR", home});
  environment.insert({"LANG", "C.UTF-8"});
  return environment;
}

}  // namespace memgrade::exec
