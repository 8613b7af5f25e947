// One sandbox that serves many commands, one after the other (see confine_batch.c).
#pragma once

#include <atomic>
#include <filesystem>
#include <future>
#include <harness/base/descriptor.hpp>
#include <harness/base/result.hpp>
#include <harness/exec/bubblewrap.hpp>
#include <harness/exec/user_lease.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace memgrade::exec {

class Batch {
 public:
  // Starts the runner and waits until it is ready. `shared` has the read-only mounts, the directory on which
  // the folder of a run is mounted, and no command; `folders` is the directory on the host in which those
  // folders stand. An Error of kind sandbox when there is no such sandbox here.
  [[nodiscard]] static Result<std::unique_ptr<Batch>> open(Tools tools, const Confined& shared,
                                                           const std::filesystem::path& folders,
                                                           UserLease lease);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch();

  // One run at a time. `folder` is the run's, directly below `folders`; in the end it is as a writable mount
  // of a single run is. An Error of kind sandbox says that no run came to its end, or that it cannot be told
  // how: nothing is known of the command then.
  [[nodiscard]] Result<Outcome> run(const Confined& command, const std::filesystem::path& folder,
                                    const Limits& limits, std::stop_token stop);
  // Whether the runner still listens.
  [[nodiscard]] bool alive() const;
  [[nodiscard]] pid_t runner() const { return runner_; }  // as numbered here

 private:
  explicit Batch(UserLease lease) : lease_(std::move(lease)) {}
  Status start(Job job);
  Status hear_ready(int errors);
  void close();
  [[nodiscard]] Status request(const std::vector<std::string>& words,
                               const std::vector<int>& descriptors) const;

  UserLease lease_;
  Descriptor control_;
  Launched child_;  // bwrap
  pid_t runner_ = -1;
  Descriptor runner_pidfd_;
  std::promise<void> closing_;
  // Children die with the thread that started them; this one lives as long as the batch, whatever threads use
  // it.
  std::jthread keeper_;
};

}  // namespace memgrade::exec
