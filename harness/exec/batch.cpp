#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstring>
#include <harness/base/send_descriptors.hpp>
#include <harness/base/text.hpp>
#include <harness/exec/batch.hpp>
#include <harness/exec/confine_report.hpp>
#include <harness/exec/confinement.hpp>
#include <harness/exec/writable.hpp>

namespace memgrade::exec {
namespace {

constexpr int ready_timeout_ms = 30'000;
// For a runner without a run to end by itself.
constexpr int close_timeout_ms = 1'000;

bool readable_within(int descriptor, int timeout_ms) {
  pollfd waited{descriptor, POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&waited, 1, timeout_ms);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// Each word with a zero byte behind it.
std::string packet_of(const std::vector<std::string>& words) {
  std::string packet;
  for (const std::string& word : words) packet.append(word).push_back('\0');
  return packet;
}

}  // namespace

Result<std::unique_ptr<Batch>> Batch::open(Tools tools, const Confined& shared,
                                           const std::filesystem::path& folders, UserLease lease) {
  tools.user = lease.user();
  if (tools.user != 0) open_to_leased(shared.mounts);
  Confined all = shared;
  all.mounts.push_back({folders, CONFINE_FOLDERS, true});
  auto job = batch_job(tools, all);
  if (!job) return std::unexpected(job.error());
  std::unique_ptr<Batch> batch(new Batch(std::move(lease)));
  if (auto started = batch->start(std::move(*job)); !started) return std::unexpected(started.error());
  return batch;
}

Status Batch::start(Job job) {
  auto input = readable("");
  auto errors = make_pipe();
  auto control = make_report_socket();
  if (!input) return std::unexpected(input.error());
  if (!errors) return std::unexpected(errors.error());
  if (!control) return std::unexpected(control.error());
  job.plan.descriptors = {input->get(), errors->writer.get(), errors->writer.get(), control->theirs.get()};
  for (const Descriptor& descriptor : job.passed) job.plan.descriptors.push_back(descriptor.get());
  std::promise<Status> launched;
  keeper_ = std::jthread([this, plan = std::move(job.plan), &launched, closing = closing_.get_future()] {
    boost::asio::io_context context{1};
    auto child = launch(context, plan);
    if (!child) return launched.set_value(std::unexpected(child.error()));
    child_ = std::move(*child);
    launched.set_value({});
    closing.wait();
  });
  if (Status begun = launched.get_future().get(); !begun) return begun;
  errors->writer.close();
  control->theirs.close();
  control_ = std::move(control->ours);
  return hear_ready(errors->reader.get());
}

Status Batch::hear_ready(int errors) {
  bool again = false;
  const auto report = readable_within(control_.get(), ready_timeout_ms)
                          ? receive_report(control_.get(), again)
                          : std::nullopt;
  if (report && report->message.kind == CONFINE_READY) {
    runner_ = report->sender;
    runner_pidfd_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, runner_, 0)));
    return {};
  }
  if (report)
    return no_sandbox(fmt::format("{}: {}", report->message.what, std::strerror(report->message.value)));
  std::array<char, 300> said{};
  const ssize_t count = readable_within(errors, 0) ? ::read(errors, said.data(), said.size()) : 0;
  return no_sandbox(count > 0 ? printable(trim({said.data(), static_cast<std::size_t>(count)}))
                              : "its set-up ended without a word");
}

Batch::~Batch() {
  close();
}

void Batch::close() {
  control_.close();
  if (child_.pid >= 0) {
    if (!readable_within(child_.pidfd.get(), close_timeout_ms)) {
      // With the runner, which is process 1 of its namespace, all in it end.
      if (runner_pidfd_) ::syscall(SYS_pidfd_send_signal, runner_pidfd_.get(), SIGKILL, nullptr, 0);
      ::kill(-child_.pid, SIGKILL);
    }
    std::ignore = reap(child_.pid);
  }
  closing_.set_value();
}

bool Batch::alive() const {
  pollfd waited{control_.get(), POLLIN, 0};
  return ::poll(&waited, 1, 0) == 0;
}

Status Batch::request(const std::vector<std::string>& words, const std::vector<int>& descriptors) const {
  const std::string packet = packet_of(words);
  if (packet.size() > CONFINE_REQUEST_BYTES || descriptors.size() != CONFINE_REQUEST_FDS)
    return no_sandbox("a command line is too long for a batch");
  if (send_descriptors(control_.get(), packet, descriptors) < 0)
    return no_sandbox(fmt::format("the runner of a batch does not listen: {}", std::strerror(errno)));
  return {};
}

Result<Outcome> Batch::run(const Confined& command, const std::filesystem::path& folder, const Limits& limits,
                           std::stop_token stop) {
  const std::vector<std::filesystem::path> writable{folder};
  auto lending = Lending::lend(writable, lease_.user());
  if (!lending) return std::unexpected(lending.error());
  const auto words =
      batch_request(command, limits, lease_.user(), folder.filename(), environment_of(command, "/tmp"));
  Job job;
  job.wrapping = Wrapping::batch;
  job.plan.argv = command.argv;
  job.input = command.input;
  job.writable = writable;
  job.meter = command.meter;
  job.user = lease_.user();
  job.runner = runner_pidfd_.get();
  job.request = [&](const std::vector<int>& descriptors) { return request(words, descriptors); };
  auto seen = supervise(std::move(job), limits, std::move(stop));
  lending->take_back();
  if (seen && !seen->gone && !seen->limited) return no_sandbox("the runner of a batch ended in a run");
  return outcome_of(std::move(seen), limits, writable);
}

}  // namespace memgrade::exec
