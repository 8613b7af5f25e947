// Runs many commands that see the same directories, each as if it had a sandbox of its own, at a small part
// of the price: a sandbox is set up once for a batch of them.
//
// Every run is a fresh process in fresh namespaces, in an empty folder with the files of its request, with
// limits of its own; no run sees another's files or processes. Where there are no such namespaces, and with
// --no-sandbox, each command is run by Sandbox::run. That also takes the place of a run whose outcome a batch
// cannot tell, before anybody is blamed: only if it fails too is there an Error.
#pragma once

#include <filesystem>
#include <harness/base/files.hpp>
#include <harness/exec/batch.hpp>
#include <harness/exec/sandbox.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::exec {

struct BatchRequest {
  std::vector<std::string> argv;                        // as seen inside
  std::map<std::string, std::string> files = {};        // what stands in the folder: names and bytes
  std::map<std::string, std::string> environment = {};  // as Confined's
  std::string input = {};
  bool address_space_limit = true;
};

struct BatchRun {
  Outcome outcome;
  TempDir folder;  // what the run left in it, its own files among them; ours, readable
};

class Batches {
 public:
  // Every run sees the read-only mounts `shared`, and its folder as `home`, an absolute path below none of
  // them. The folders stand in `scratch`, an existing directory, while they are needed.
  Batches(Sandbox sandbox, std::vector<Mount> shared, std::filesystem::path home,
          std::filesystem::path scratch)
      : sandbox_(std::move(sandbox)), scratch_(std::move(scratch)) {
    shared_.directory = std::move(home);
    shared_.mounts = std::move(shared);
  }

  // Safe to call from several threads: there are as many batches as runs at a time.
  [[nodiscard]] Result<BatchRun> run(const BatchRequest& request, const Limits& limits,
                                     std::stop_token stop = {});
  // Why each run has a sandbox of its own; "" while that is not so.
  [[nodiscard]] std::string unavailable() const;
  // The idle batches' processes, for tests.
  [[nodiscard]] std::vector<pid_t> runners() const;

 private:
  [[nodiscard]] Result<TempDir> folder_for(const BatchRequest& request);
  [[nodiscard]] std::unique_ptr<Batch> take();
  void give_back(std::unique_ptr<Batch> batch);
  void give_up(const Error& error);
  [[nodiscard]] Confined command_of(const BatchRequest& request) const;
  [[nodiscard]] Result<BatchRun> run_alone(const BatchRequest& request, Result<TempDir> folder,
                                           const Limits& limits, std::stop_token stop) const;

  Sandbox sandbox_;
  Confined shared_;
  std::filesystem::path scratch_;
  mutable std::mutex lock_;
  std::optional<TempDir> folders_;  // goes after the batches
  std::vector<std::unique_ptr<Batch>> idle_;
  std::string unavailable_;
  int damaged_ = 0;
  bool proven_ = false;  // a batch has told of a run
};

}  // namespace memgrade::exec
