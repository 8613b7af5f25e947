// A launcher for Boost.Process v2 that starts a child by vfork: no page tables are copied, however much the
// grader holds.
//
// It stands in the place of Boost's own two. `default_launcher` forks, and the pipe for its errors is for a
// moment without close-on-exec, so that two threads that start children at once leak it into each other's.
// `vfork_launcher` of 1.81 ends a child whose exec failed by exit(), which runs our exit handlers in our
// memory, and tells Asio there that it is a forked child, which opens the epoll descriptor of a running loop
// anew. The close-all of both compares each descriptor with itself, and so leaves open what lies between two
// that are passed.
//
// Between vfork and exec the child runs in the parent's memory while the parent's thread stands still: an
// initializer's `on_exec_setup` may call the kernel, and nothing else: no allocation, no lock, no Asio. What
// it returns, or exec's errno, comes back as the error, with `failed_step()`. Of v2's steps the launcher has
// the two that are used here, `on_setup` (in the parent, before) and `on_exec_setup`.
#pragma once

// 1.81 with the standard's paths misses what Boost.Filesystem would have included for it.
#define BOOST_PROCESS_USE_STD_FS
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_convertible.hpp>
//
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace memgrade::exec {

class VforkLauncher : public boost::process::v2::posix::default_launcher {
 public:
  using Error = boost::system::error_code;
  using Argv = const char* const*;

  // `arguments` begin with the program's name for itself and end with a null pointer. An initializer that can
  // fail names itself: `static constexpr const char* step`.
  template <typename Executor, typename... Inits>
  boost::process::v2::basic_process<Executor> operator()(Executor executor, Error& error,
                                                         const std::filesystem::path& executable,
                                                         const char** arguments, Inits&&... inits) {
    using Process = boost::process::v2::basic_process<Executor>;
    const Argv argv = this->build_argv_(executable, arguments);
    error = set_up(executable, argv, inits...);
    if (!error) error = start(executable, argv, inits...);
    if (error) return Process(std::move(executor));
    try {
      return Process(executor, this->pid);
    } catch (const boost::system::system_error& cannot_watch) {
      error = cannot_watch.code();
      failed_step_ = "watch";
      ::kill(this->pid, SIGKILL);
      ::waitpid(this->pid, nullptr, 0);
      return Process(std::move(executor));
    }
  }

  // What could not be done, as in "cannot … PROGRAM"; of a call that failed.
  [[nodiscard]] const char* failed_step() const { return failed_step_; }

 private:
  template <typename... Inits>
  Error set_up(const std::filesystem::path& executable, Argv argv, Inits&... inits) {
    Error error;
    const auto one = [&](auto& init) {
      if constexpr (requires { init.on_setup(*this, executable, argv); }) {
        error = init.on_setup(*this, executable, argv);
        if (error) failed_step_ = init.step;
      }
      return !error;
    };
    std::ignore = (... && one(inits));
    return error;
  }

  template <typename... Inits>
  Error start(const std::filesystem::path& executable, Argv argv, Inits&... inits) {
    failed_step_ = nullptr;
    // A handler of ours must not run in the child, which has our memory.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t child = split(executable, argv, inits...);
    const int error = child < 0 ? errno : child_errno_;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    this->pid = child;
    if (child > 0 && failed_step_ == nullptr) return {};
    if (child > 0) ::waitpid(child, nullptr, 0);
    if (child < 0) failed_step_ = "start";
    return {error, boost::system::system_category()};
  }

  // A function of its own, so that no variable of the caller lives across the vfork.
  template <typename... Inits>
  [[gnu::noinline]] pid_t split(const std::filesystem::path& executable, Argv argv, Inits&... inits) {
    const pid_t child = ::vfork();
    if (child == 0) become(executable, argv, inits...);
    return child;
  }

  template <typename... Inits>
  [[noreturn]] void become(const std::filesystem::path& executable, Argv argv, Inits&... inits) {
    const auto one = [&](auto& init) {
      if constexpr (requires { init.on_exec_setup(*this, executable, argv); }) {
        if (const Error error = init.on_exec_setup(*this, executable, argv))
          give_up(init.step, error.value());
      }
    };
    (one(inits), ...);
    ::execve(executable.c_str(), const_cast<char* const*>(argv), const_cast<char* const*>(this->env));
    give_up("execute", errno);
  }

  [[noreturn]] void give_up(const char* step, int error) {
    child_errno_ = error;
    failed_step_ = step;
    ::_exit(127);
  }

  // Written by the child.
  const char* volatile failed_step_ = nullptr;
  volatile int child_errno_ = 0;
};

}  // namespace memgrade::exec
