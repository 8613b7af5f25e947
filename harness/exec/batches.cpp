#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <harness/exec/batches.hpp>

namespace memgrade::exec {
namespace {

// A machine on which runners keep ending is better off without them.
constexpr int most_damaged = 8;

}  // namespace

Result<TempDir> Batches::folder_for(const BatchRequest& request) {
  {
    const std::scoped_lock guard(lock_);
    if (!folders_) {
      auto made = TempDir::make(scratch_, "runs-");
      if (!made) return made;
      folders_.emplace(std::move(*made));
      // Runners, which are users of their own when we are root, go through it to folders whose names they
      // know.
      ::chmod(folders_->path().c_str(), 0711);
    }
  }
  auto folder = TempDir::make(folders_->path(), "run-");
  if (!folder) return folder;
  for (const auto& [name, bytes] : request.files) {
    // Not flushed to the disk: nobody needs them after a crash of the machine, and there are hundreds.
    std::ofstream file(folder->path() / name, std::ios::binary);
    file << bytes;
    if (!file.flush()) return fail(ErrorKind::io, "cannot be written", show_path(folder->path() / name));
  }
  return folder;
}

std::unique_ptr<Batch> Batches::take() {
  {
    const std::scoped_lock guard(lock_);
    if (!sandbox_.confines() || !unavailable_.empty()) return nullptr;
    while (!idle_.empty()) {
      std::unique_ptr<Batch> batch = std::move(idle_.back());
      idle_.pop_back();
      if (batch->alive()) return batch;
    }
  }
  auto user = ::getuid() == 0 ? UserLease::take() : UserLease();
  if (!user) return nullptr;
  auto batch = Batch::open({.bwrap = sandbox_.program_, .confine = sandbox_.confine_}, shared_,
                           folders_->path(), std::move(*user));
  if (batch) return std::move(*batch);
  give_up(batch.error());
  return nullptr;
}

void Batches::give_back(std::unique_ptr<Batch> batch) {
  const std::scoped_lock guard(lock_);
  proven_ = true;
  idle_.push_back(std::move(batch));
}

// What never worked is not tried again; what did may be an accident, or the work of a hostile program.
void Batches::give_up(const Error& error) {
  const std::scoped_lock guard(lock_);
  if (!proven_ || ++damaged_ >= most_damaged) unavailable_ = error.message;
}

std::string Batches::unavailable() const {
  const std::scoped_lock guard(lock_);
  return unavailable_;
}

std::vector<pid_t> Batches::runners() const {
  const std::scoped_lock guard(lock_);
  std::vector<pid_t> pids;
  for (const auto& batch : idle_) pids.push_back(batch->runner());
  return pids;
}

Confined Batches::command_of(const BatchRequest& request) const {
  Confined command = shared_;
  command.argv = request.argv;
  command.environment = request.environment;
  command.input = request.input;
  command.address_space_limit = request.address_space_limit;
  return command;
}

Result<BatchRun> Batches::run_alone(const BatchRequest& request, Result<TempDir> folder, const Limits& limits,
                                    std::stop_token stop) const {
  if (!folder) return std::unexpected(folder.error());
  Confined command = command_of(request);
  command.mounts.push_back({folder->path(), command.directory, true});
  auto outcome = sandbox_.run(command, limits, std::move(stop));
  if (!outcome) return std::unexpected(outcome.error());
  return BatchRun{std::move(*outcome), std::move(*folder)};
}

Result<BatchRun> Batches::run(const BatchRequest& request, const Limits& limits, std::stop_token stop) {
  if (request.argv.empty()) return fail(ErrorKind::sandbox, "no command to execute");
  auto folder = folder_for(request);
  if (!folder) return std::unexpected(folder.error());
  std::unique_ptr<Batch> batch = take();
  if (!batch) return run_alone(request, std::move(folder), limits, std::move(stop));
  auto outcome = batch->run(command_of(request), folder->path(), limits, stop);
  if (outcome) {
    count_run(*outcome);
    give_back(std::move(batch));
    return BatchRun{std::move(*outcome), std::move(*folder)};
  }
  if (outcome.error().kind == ErrorKind::interrupted) return std::unexpected(outcome.error());
  batch.reset();
  auto alone = run_alone(request, folder_for(request), limits, std::move(stop));
  if (alone) give_up(outcome.error());
  return alone;
}

}  // namespace memgrade::exec
