// What a child does between vfork and exec, as initializers of Boost.Process v2: calls of the kernel, and
// nothing else (vfork_launcher.hpp says why). `step` completes "cannot … PROGRAM".
#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <harness/exec/launch.hpp>
#include <harness/exec/vfork_launcher.hpp>
#include <span>
//
#include <boost/process/v2/start_dir.hpp>

namespace memgrade::exec {

using LaunchError = VforkLauncher::Error;

inline LaunchError last_error() {
  return {errno, boost::system::system_category()};
}

struct OwnProcessGroup {
  static constexpr const char* step = "make a process group for";
  LaunchError on_exec_setup(VforkLauncher&, const std::filesystem::path&, VforkLauncher::Argv) const {
    return ::setpgid(0, 0) == 0 ? LaunchError() : last_error();
  }
};

// The child is killed when the thread that started it ends.
struct KilledWithParent {
  static constexpr const char* step = "stay with the parent of";
  pid_t parent = ::getpid();
  LaunchError on_exec_setup(VforkLauncher&, const std::filesystem::path&, VforkLauncher::Argv) const {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return last_error();
    // It may have ended before.
    if (::getppid() != parent) return {ESRCH, boost::system::system_category()};
    return {};
  }
};

// Standard handlers, and no signal blocked: the launcher blocks all before the vfork.
struct DefaultSignals {
  static constexpr const char* step = "set the signals of";
  LaunchError on_exec_setup(VforkLauncher&, const std::filesystem::path&, VforkLauncher::Argv) const {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0 ? LaunchError() : last_error();
  }
};

struct WorkingDirectory : boost::process::v2::process_start_dir {
  static constexpr const char* step = "enter the directory of";
  using process_start_dir::process_start_dir;
  LaunchError on_exec_setup(VforkLauncher& launcher, const std::filesystem::path& executable,
                            VforkLauncher::Argv argv) {
    return start_dir.empty() ? LaunchError() : process_start_dir::on_exec_setup(launcher, executable, argv);
  }
};

// `open` become the child's 0, 1, 2, …; it has no others. They stand above those numbers (make_pipe sees to
// it).
struct OnlyDescriptors {
  static constexpr const char* step = "pass a descriptor to";
  std::span<const int> open;
  LaunchError on_exec_setup(VforkLauncher&, const std::filesystem::path&, VforkLauncher::Argv) const {
    const int count = static_cast<int>(open.size());
    for (int i = 0; i < count; ++i) {
      if (::dup2(open[static_cast<std::size_t>(i)], i) < 0) return last_error();
    }
    // Everything of ours is close-on-exec; this is for what a library, or our own parent, left open.
    ::syscall(SYS_close_range, static_cast<unsigned>(count), ~0U, 0);
    return {};
  }
};

// One that is stricter already stays.
struct WithLimits {
  static constexpr const char* step = "limit";
  std::span<const ResourceLimit> limits;
  LaunchError on_exec_setup(VforkLauncher&, const std::filesystem::path&, VforkLauncher::Argv) const {
    for (const ResourceLimit& wanted : limits) {
      struct rlimit now {};
      const auto resource = static_cast<__rlimit_resource>(wanted.resource);
      if (::getrlimit(resource, &now) != 0) return last_error();
      now.rlim_max = std::min(now.rlim_max, wanted.hard);
      now.rlim_cur = std::min(now.rlim_max, wanted.soft);
      if (::setrlimit(resource, &now) != 0) return last_error();
    }
    return {};
  }
};

}  // namespace memgrade::exec
