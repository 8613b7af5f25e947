// Children are started by Boost.Process v2, with a launcher and initializers of ours. Waiting for them is
// ours too: Boost's wait gives no rusage, reaps before the group can be killed, and keeps its pidfd to
// itself.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <harness/exec/initializers.hpp>
#include <harness/exec/launch.hpp>
#include <harness/exec/vfork_launcher.hpp>
#include <sstream>
#include <thread>

namespace memgrade::exec {
namespace {

// Descriptors below are the child's to be; those of the parent that are to be passed on stand above.
constexpr int first_free = 16;

std::unexpected<Error> failure(std::string_view doing, int error = errno) {
  return fail(ErrorKind::infrastructure, fmt::format("cannot {}: {}", doing, std::strerror(error)));
}

// The words, ended by a null pointer; they must stay.
std::vector<const char*> pointers(const std::vector<std::string>& words) {
  std::vector<const char*> result;
  result.reserve(words.size() + 1);
  for (const std::string& word : words) result.push_back(word.c_str());
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

Result<Launched> launch(boost::asio::io_context& context, const LaunchPlan& plan) {
  if (plan.argv.empty()) return fail(ErrorKind::infrastructure, "no command to execute");
  const auto path = plan.environment.find("PATH");
  const std::string program = find_program(plan.argv[0], path == plan.environment.end() ? "" : path->second);
  if (program.empty())
    return fail(ErrorKind::infrastructure, plan.argv[0] + " is not installed: not found in PATH");
  std::vector<std::string> settings;
  for (const auto& [name, value] : plan.environment) settings.push_back(name + "=" + value);
  const std::vector<const char*> environment = pointers(settings);
  std::vector<const char*> argv = pointers(plan.argv);
  VforkLauncher launcher;
  launcher.env = environment.data();
  VforkLauncher::Error error;
  auto process = launcher(context.get_executor(), error, program, argv.data(), OwnProcessGroup{},
                          KilledWithParent{}, DefaultSignals{}, WorkingDirectory(plan.directory),
                          OnlyDescriptors{plan.descriptors}, WithLimits{plan.limits});
  if (error) return failure(fmt::format("{} {}", launcher.failed_step(), plan.argv[0]), error.value());
  // Boost's handle has one too, and does not give it away.
  Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.id(), 0)));
  if (!pidfd) return failure("watch a process (Linux 5.3 or newer is needed)");  // which kills and reaps it
  return Launched{.pid = process.detach().id(), .pidfd = std::move(pidfd)};
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
