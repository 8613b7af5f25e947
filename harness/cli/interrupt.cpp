#include <pthread.h>
#include <signal.h>

#include <harness/cli/interrupt.hpp>

namespace memgrade::cli {
namespace {

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this](std::stop_token over) {
    const sigset_t waited = ending_signals();
    int signal = 0;
    while (sigwait(&waited, &signal) != 0) {
    }
    // The destructor wakes this thread with a signal of its own.
    if (!over.stop_requested()) stop_.request_stop();
  });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
  // A thread that has already seen a signal has ended; then this finds nobody, which is right.
  pthread_kill(waiter_.native_handle(), SIGHUP);
  waiter_.join();
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace memgrade::cli
