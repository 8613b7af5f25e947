// Turns SIGINT, SIGTERM and SIGHUP into a request to stop, for as long as the object lives.
#pragma once

#include <stop_token>
#include <thread>

namespace memgrade::cli {

// Blocks the signals in this thread (and so in all it starts) and waits for them in a thread of its own:
// children are ended and directories removed by ordinary code, not in a signal handler.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread waiter_;
};

}  // namespace memgrade::cli
