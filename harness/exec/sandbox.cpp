// Runs through bwrap and memgrade-confine, and the check that they work.
//
// As an ordinary user, bwrap makes a user namespace. As root it needs none: it sets up the mounts with root's
// rights (so that also directories that only root may enter can be mounted), and memgrade-confine then
// becomes a user of the run's own, to whom the writable directories are lent for the time of the run.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/bubblewrap.hpp>
#include <harness/exec/confinement.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/exec/supervise.hpp>
#include <harness/exec/user_lease.hpp>
#include <harness/exec/writable.hpp>
#include <optional>

namespace memgrade::exec {
namespace {

constexpr std::string_view search_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// memgrade-confine stands beside the program that runs, or where MEMGRADE_CONFINE says.
std::string find_confine() {
  if (const char* named = std::getenv("MEMGRADE_CONFINE"); named != nullptr && *named != '\0') return named;
  std::error_code code;
  const fs::path self = fs::read_symlink("/proc/self/exe", code);
  for (const fs::path& place :
       {self.parent_path(), self.parent_path().parent_path() / "libexec" / "memgrade"}) {
    if (fs::path candidate = place / "memgrade-confine"; ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return {};
}

// What the kernel's settings say about user namespaces, as advice; "" when none forbids them.
std::string namespace_advice() {
  struct Setting {
    const char* file;
    std::string_view forbids;
    const char* advice;
  };
  constexpr Setting settings[] = {
      {"/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"},
      {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
       "sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
      {"/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"},
  };
  for (const Setting& setting : settings) {
    const auto value = read_file(setting.file, 100);
    if (value && trim(*value) == setting.forbids) return fmt::format("as root, run '{}'", setting.advice);
  }
  return {};
}

std::string advice() {
  if (::getuid() == 0) {
    return "root must be allowed to make namespaces: in a container, start it with --privileged; else run "
           "memgrade "
           "as an ordinary user, or with --no-sandbox if you trust all submissions";
  }
  const std::string setting = namespace_advice();
  return (setting.empty() ? "user namespaces must be allowed to ordinary users" : setting) +
         ", or run with --no-sandbox if you trust all submissions";
}

// Whether any user may go to where the mounts stand on the host. (In a sandbox, only bwrap has to.)
bool all_reachable(const Confined& confined) {
  return std::ranges::all_of(confined.mounts, [](const Mount& mount) {
    std::error_code code;
    for (fs::path at = fs::absolute(mount.host, code).parent_path(); !code; at = at.parent_path()) {
      if ((fs::status(at, code).permissions() & fs::perms::others_exec) == fs::perms::none) return false;
      if (at == at.root_path()) return true;
    }
    return false;
  });
}

std::vector<fs::path> writable_places(const Confined& confined) {
  std::vector<fs::path> places;
  for (const Mount& mount : confined.mounts) {
    if (mount.writable) places.push_back(mount.host);
  }
  return places;
}

// `word` as it is called outside, for runs without mounts: a path below a mount becomes the path on the host.
std::string outside(const std::string& word, const std::vector<Mount>& mounts) {
  const Mount* best = nullptr;
  for (const Mount& mount : mounts) {
    const std::string inside = mount.inside.string();
    const bool below = word == inside || (word.starts_with(inside) && word[inside.size()] == '/');
    if (below && (best == nullptr || inside.size() > best->inside.string().size())) best = &mount;
  }
  return best == nullptr ? word : best->host.string() + word.substr(best->inside.string().size());
}

}  // namespace

Result<Sandbox> Sandbox::probe() {
  Sandbox sandbox;
  sandbox.confines_ = true;
  sandbox.program_ = find_program("bwrap", std::string(search_path));
  sandbox.confine_ = find_confine();
  if (sandbox.program_.empty()) {
    return no_sandbox(
        "bubblewrap is not installed: 'apt install bubblewrap', or run with --no-sandbox if you trust all "
        "submissions");
  }
  if (sandbox.confine_.empty()) return no_sandbox("memgrade-confine is not beside memgrade: build it again");
  const auto version = exec::run({.argv = {sandbox.program_, "--version"}}, {.wall_s = 10});
  if (!version) return std::unexpected(version.error());
  const auto words = split_words(version->out.bytes);
  const bool root = ::getuid() == 0;
  sandbox.description_ =
      fmt::format("bubblewrap {}, no network, user {}{}", words.empty() ? "?" : words.back(),
                  root ? first_leased_user : ::getuid(), root ? " and up" : " in a user namespace");
  const auto tried = sandbox.run({.argv = {"/bin/true"}, .directory = "/"}, {.wall_s = 20});
  if (!tried) return no_sandbox(tried.error().message + "; " + advice());
  if (tried->termination != Termination::exited || tried->exit_status != 0) {
    return no_sandbox(fmt::format("/bin/true does not run in the sandbox ({}{}{}); {}",
                                  to_string(tried->termination), tried->limit.empty() ? "" : ": ",
                                  tried->limit, advice()));
  }
  return sandbox;
}

Sandbox Sandbox::none() {
  Sandbox sandbox;
  sandbox.description_ = "none (--no-sandbox)";
  sandbox.confine_ = find_confine();
  return sandbox;
}

Result<Outcome> Sandbox::run(const Confined& confined, const Limits& limits, std::stop_token stop) const {
  if (confine_.empty()) return no_sandbox("memgrade-confine is not beside memgrade: build it again");
  if (confined.argv.empty()) return no_sandbox("no command to execute");
  auto outcome = confines_ ? run_confined(confined, limits, std::move(stop))
                           : run_bare(confined, limits, std::move(stop));
  if (outcome) count_run(*outcome);
  return outcome;
}

Result<Outcome> Sandbox::run_confined(const Confined& confined, const Limits& limits,
                                      std::stop_token stop) const {
  auto user = ::getuid() == 0 ? UserLease::take() : UserLease();
  if (!user) return std::unexpected(user.error());
  const std::vector<fs::path> writable = writable_places(confined);
  auto lending = Lending::lend(writable, user->user());
  if (!lending) return std::unexpected(lending.error());
  if (user->user() != 0) open_to_leased(confined.mounts);
  auto job = bubblewrap_job({.bwrap = program_, .confine = confine_, .user = user->user()}, confined, limits,
                            environment_of(confined, "/tmp"));
  if (!job) return std::unexpected(job.error());
  job->writable = writable;
  job->meter = confined.meter;
  auto seen = supervise(std::move(*job), limits, std::move(stop));
  lending->take_back();
  return outcome_of(std::move(seen), limits, writable);
}

Result<Outcome> Sandbox::run_bare(const Confined& confined, const Limits& limits,
                                  std::stop_token stop) const {
  auto home = TempDir::temporary("home");
  if (!home) return std::unexpected(home.error());
  auto user = ::getuid() == 0 && all_reachable(confined) ? UserLease::take() : UserLease();
  if (!user) return std::unexpected(user.error());
  const std::vector<fs::path> writable = writable_places(confined);
  std::vector<fs::path> lent = writable;
  lent.push_back(home->path());
  auto lending = Lending::lend(lent, user->user());
  if (!lending) return std::unexpected(lending.error());
  if (user->user() != 0) open_to_leased(confined.mounts);
  Job job;
  job.wrapping = Wrapping::confine;
  job.user = user->user();
  job.plan.argv = {confine_, "--reap", "--directory",
                   confined.directory.empty() ? "/" : outside(confined.directory.string(), confined.mounts)};
  for (std::string& word : confine_limits(confined, limits, user->user()))
    job.plan.argv.push_back(std::move(word));
  job.plan.argv.push_back("--");
  for (const std::string& word : confined.argv) job.plan.argv.push_back(outside(word, confined.mounts));
  for (const auto& [name, value] : environment_of(confined, home->path().string())) {
    job.plan.environment[name] = outside(value, confined.mounts);
  }
  job.input = confined.input;
  job.writable = writable;
  job.meter = confined.meter;
  auto seen = supervise(std::move(job), limits, std::move(stop));
  lending->take_back();
  return outcome_of(std::move(seen), limits, writable);
}

}  // namespace memgrade::exec
