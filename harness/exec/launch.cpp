// vfork and exec by hand. A fork would copy the page tables of a grader that holds much evidence, for each of
// hundreds of runs, and Boost.Process 1.81 opens its pipes without close-on-exec and gives no rusage.
//
// Between vfork and exec the child runs in the parent's memory while the parent's thread stands still: it may
// call the kernel and write to its Child, and nothing else.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <harness/exec/launch.hpp>
#include <sstream>
#include <thread>

namespace memgrade::exec {
namespace {

// Descriptors below are the child's to be; those of the parent that are to be passed on stand above.
constexpr int first_free = 16;

std::unexpected<Error> failure(std::string_view doing, int error = errno) {
  return fail(ErrorKind::infrastructure, fmt::format("cannot {}: {}", doing, std::strerror(error)));
}

struct Child {
  const char* program;
  char* const* argv;
  char* const* environment;
  const char* directory;  // or nullptr
  const int* descriptors;
  int descriptor_count;
  const ResourceLimit* limits;
  std::size_t limit_count;
  pid_t parent;
  const char* volatile failed = nullptr;  // what failed, and with which errno
  volatile int error = 0;
};

[[noreturn]] void give_up(Child& child, const char* what) {
  child.error = errno;
  child.failed = what;
  ::_exit(127);
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void place_descriptors(Child& child) {
  for (int i = 0; i < child.descriptor_count; ++i) {
    if (::dup2(child.descriptors[i], i) < 0) give_up(child, "pass a descriptor to");
  }
  // Everything of ours is close-on-exec; this is for what a library, or our own parent, left open.
  ::syscall(SYS_close_range, static_cast<unsigned>(child.descriptor_count), ~0U, 0);
}

void set_limits(Child& child) {
  for (std::size_t i = 0; i < child.limit_count; ++i) {
    const ResourceLimit& wanted = child.limits[i];
    struct rlimit now {};
    const auto resource = static_cast<__rlimit_resource>(wanted.resource);
    if (::getrlimit(resource, &now) != 0) give_up(child, "limit");
    now.rlim_max = std::min(now.rlim_max, wanted.hard);
    now.rlim_cur = std::min(now.rlim_max, wanted.soft);
    if (::setrlimit(resource, &now) != 0) give_up(child, "limit");
  }
}

[[noreturn]] void become(Child& child) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != child.parent) give_up(child, "stay with the parent of");
  reset_signals();
  if (child.directory != nullptr && ::chdir(child.directory) != 0) give_up(child, "enter the directory of");
  place_descriptors(child);
  set_limits(child);
  ::execve(child.program, child.argv, child.environment);
  give_up(child, "execute");
}

// A function of its own, so that no variable of the caller lives across the vfork.
[[gnu::noinline]] pid_t split(Child& child) {
  const pid_t pid = ::vfork();
  if (pid == 0) become(child);
  return pid;
}

pid_t split_with_signals_blocked(Child& child) {
  // A handler of ours must not run in the child, which has our memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = split(child);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

std::string find_program(const std::string& program, const std::string& path) {
  if (program.find('/') != std::string::npos) return program;
  std::istringstream directories(path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    std::string candidate = (directory.empty() ? "." : directory) + "/" + program;
    std::error_code code;
    if (::access(candidate.c_str(), X_OK) == 0 && std::filesystem::is_regular_file(candidate, code))
      return candidate;
  }
  return {};
}

Result<Launched> launch(const LaunchPlan& plan) {
  if (plan.argv.empty()) return fail(ErrorKind::infrastructure, "no command to execute");
  const auto path = plan.environment.find("PATH");
  const std::string program = find_program(plan.argv[0], path == plan.environment.end() ? "" : path->second);
  if (program.empty())
    return fail(ErrorKind::infrastructure, plan.argv[0] + " is not installed: not found in PATH");
  std::vector<std::string> words = plan.argv;
  std::vector<std::string> settings;
  for (const auto& [name, value] : plan.environment) settings.push_back(name + "=" + value);
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> environment = pointers(settings);
  Child child{.program = program.c_str(),
              .argv = argv.data(),
              .environment = environment.data(),
              .directory = plan.directory.empty() ? nullptr : plan.directory.c_str(),
              .descriptors = plan.descriptors.data(),
              .descriptor_count = static_cast<int>(plan.descriptors.size()),
              .limits = plan.limits.data(),
              .limit_count = plan.limits.size(),
              .parent = ::getpid()};
  Launched launched;
  launched.pid = split_with_signals_blocked(child);
  if (launched.pid < 0) return failure("start a process");
  if (child.failed != nullptr) {
    ::waitpid(launched.pid, nullptr, 0);
    return failure(fmt::format("{} {}", child.failed, plan.argv[0]), child.error);
  }
  launched.pidfd = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, launched.pid, 0)));
  if (launched.pidfd) return launched;
  const int error = errno;
  ::kill(launched.pid, SIGKILL);
  ::waitpid(launched.pid, nullptr, 0);
  return failure("watch a process (Linux 5.3 or newer is needed)", error);
}

Result<Reaped> reap(pid_t child) {
  Reaped reaped;
  pid_t gone = 0;
  do gone = ::wait4(child, &reaped.status, 0, &reaped.used);
  while (gone < 0 && errno == EINTR);
  if (gone != child) return failure(fmt::format("wait for process {}", child));
  for (int round = 0; round < 50 && ::kill(-child, 0) == 0; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return reaped;
}

Result<Descriptor> move_above_child_fds(Descriptor descriptor) {
  if (descriptor.get() >= first_free) return descriptor;
  Descriptor moved(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, first_free));
  if (!moved) return failure("open a descriptor");
  return moved;
}

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failure("make a pipe");
  auto reader = move_above_child_fds(Descriptor(ends[0]));
  auto writer = move_above_child_fds(Descriptor(ends[1]));
  if (!reader || !writer) return failure("make a pipe");
  return Pipe{std::move(*reader), std::move(*writer)};
}

Result<Descriptor> readable(const std::string& bytes) {
  if (bytes.empty()) {
    Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null) return failure("open /dev/null");
    return move_above_child_fds(std::move(null));
  }
  // A sealed file in memory, not a pipe: there is nobody to feed it, and no SIGPIPE.
  Descriptor file(::memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return failure("make a file in memory");
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t put =
        ::pwrite(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (put <= 0) return failure("write the input");
    done += static_cast<std::size_t>(put);
  }
  ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
  return move_above_child_fds(std::move(file));
}

}  // namespace memgrade::exec
