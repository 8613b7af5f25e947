// The event loop around one child.
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <harness/base/text.hpp>
#include <harness/exec/confine_report.hpp>
#include <harness/exec/stream_reader.hpp>
#include <harness/exec/supervise.hpp>
#include <harness/exec/tree.hpp>
#include <harness/exec/writable.hpp>

namespace memgrade::exec {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;
using namespace std::chrono_literals;

// Short runs are sampled early, long ones rarely enough to cost nothing.
constexpr auto first_sample = 4ms;
constexpr auto slowest_sample = 25ms;
constexpr auto first_disk_look = 50ms;
constexpr auto slowest_disk_look = 250ms;
// What a background process may still print when the command itself is over.
constexpr auto grace = 100ms;
// Grace period after SIGTERM (see `terminate`) before SIGKILL, and after SIGKILL before giving up.
constexpr auto term_timeout = 1s;
constexpr auto kill_timeout = 10s;
// For bwrap and memgrade-confine, which take some ten milliseconds.
constexpr auto set_up_time = 30s;

Clock::duration seconds(double s) {
  // A limit of weeks must not overflow the clock.
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::min(s, 1e8)));
}

class Supervisor {
 public:
  Supervisor(Job job, const Limits& limits) : job_(std::move(job)), limits_(limits) {}
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor();

  Result<Seen> watch(std::stop_token stop);

 private:
  Status start();
  Status begin();
  [[nodiscard]] bool in_namespace() const;
  void on_output();
  void hear();
  void on_message(const Report& report);
  void on_exit();
  void after(asio::steady_timer& timer, Clock::duration delay, void (Supervisor::*what)());
  void sample();
  void look_at_disk();
  void start_wall_clock();
  void on_wall();
  void on_quiet();
  void end(Termination termination, std::string limit);
  void terminate();
  void kill_group();
  void finish();
  void measure_memory(const TreeSample& now);

  Job job_;
  const Limits& limits_;
  asio::io_context io_{1};
  asio::posix::stream_descriptor exit_{io_}, report_{io_};
  asio::steady_timer wall_{io_}, quiet_{io_}, sampler_{io_}, disk_{io_}, last_{io_}, killer_{io_};
  std::optional<ProcessTree> tree_;
  Descriptor init_;  // pidfd of memgrade-confine in its namespace
  Launched child_;
  Seen seen_;
  StreamReader out_{io_, seen_.outcome.out, limits_.stdout_bytes};
  StreamReader err_{io_, seen_.outcome.err, limits_.stderr_bytes};
  Status failure_;
  Clock::time_point started_, ended_, last_output_;
  Clock::duration sample_interval_ = first_sample, disk_interval_ = first_disk_look;
  bool exited_ = false, interrupted_ = false, killing_ = false, reaped_ = false;
};

// Something of ours failed on the way: the child must not outlive the object that watches it.
Supervisor::~Supervisor() {
  if (child_.pid < 0 || reaped_) return;
  ::kill(-child_.pid, SIGKILL);
  if (failure_) ::waitpid(child_.pid, nullptr, 0);
}

Status Supervisor::start() {
  auto input = readable(job_.input);
  auto out = make_pipe();
  auto err = make_pipe();
  if (!input) return std::unexpected(input.error());
  if (!out || !err) return std::unexpected((out ? err : out).error());
  Descriptor report;
  std::vector<int>& passed = job_.plan.descriptors;
  passed = {input->get(), out->writer.get(), err->writer.get()};
  if (job_.wrapping != Wrapping::none) {
    auto made = make_report_socket();
    if (!made) return std::unexpected(made.error());
    report_.assign(made->ours.release());
    report = std::move(made->theirs);
    passed.push_back(report.get());
  }
  for (const Descriptor& descriptor : job_.passed) passed.push_back(descriptor.get());
  if (job_.user != 0) {
    for (const Pipe* pipe : {&*out, &*err})
      std::ignore = ::fchown(pipe->writer.get(), job_.user, static_cast<gid_t>(-1));
  }
  if (Status begun = begin(); !begun) return begun;
  const auto on_output = [this] { this->on_output(); };
  const auto on_end = [this] {
    if (exited_ && !out_.open() && !err_.open()) finish();
  };
  out_.start(std::move(out->reader), on_output, on_end);
  err_.start(std::move(err->reader), on_output, on_end);
  return {};
}

// Starts the child, or has the runner of a batch start the run.
Status Supervisor::begin() {
  started_ = last_output_ = Clock::now();
  if (job_.wrapping == Wrapping::batch) return job_.request(job_.plan.descriptors);
  auto launched = launch(io_, job_.plan);
  if (!launched) return std::unexpected(launched.error());
  child_ = std::move(*launched);
  exit_.assign(child_.pidfd.release());
  exit_.async_wait(asio::posix::descriptor_base::wait_read, [this](error_code error) {
    if (!error) on_exit();
  });
  if (!in_namespace()) tree_.emplace(child_.pid, job_.wrapping == Wrapping::none);
  return {};
}

// Runs `what` later. Whoever cancels or moves a timer makes its handler come with an error, and be ignored.
void Supervisor::after(asio::steady_timer& timer, Clock::duration delay, void (Supervisor::*what)()) {
  timer.expires_after(delay);
  timer.async_wait([this, what](error_code error) {
    if (!error) (this->*what)();
  });
}

Result<Seen> Supervisor::watch(std::stop_token stop) {
  if (Status begun = start(); !begun) return std::unexpected(begun.error());
  if (report_.is_open()) hear();
  start_wall_clock();
  if (limits_.quiet_s > 0) after(quiet_, seconds(limits_.quiet_s), &Supervisor::on_quiet);
  if (tree_) after(sampler_, first_sample, &Supervisor::sample);
  if (limits_.disk_bytes > 0) after(disk_, first_disk_look, &Supervisor::look_at_disk);
  const std::stop_callback on_stop(stop, [this] {
    asio::post(io_, [this] {
      interrupted_ = true;
      end(Termination::signaled, "interrupted");
    });
  });
  io_.run();
  if (!failure_) return std::unexpected(failure_.error());
  if (interrupted_)
    return fail(ErrorKind::interrupted, "interrupted while " + job_.plan.argv[0] + " was running");
  return std::move(seen_);
}

void Supervisor::on_output() {
  last_output_ = Clock::now();
  const std::uint64_t total = seen_.outcome.out.total_bytes + seen_.outcome.err.total_bytes;
  if (limits_.output_bytes > 0 && total > limits_.output_bytes) {
    end(Termination::output_limit, bytes_text(limits_.output_bytes) + " of output");
  }
}

// Whether the command is in a PID namespace that ends with a process of ours.
bool Supervisor::in_namespace() const {
  return job_.wrapping == Wrapping::bubblewrap || job_.wrapping == Wrapping::batch;
}

void Supervisor::hear() {
  report_.async_wait(asio::posix::descriptor_base::wait_read, [this](error_code error) {
    if (error) return;
    bool again = false;
    const auto report = receive_report(report_.native_handle(), again);
    if (report) on_message(*report);
    if (report || again) return hear();
    report_.close();
    // The runner of a batch would have told of the end.
    if (job_.wrapping == Wrapping::batch && !exited_) on_exit();
  });
}

void Supervisor::on_message(const Report& report) {
  if (report.message.kind == CONFINE_GONE) {
    seen_.gone = report.message;
    if (!exited_) on_exit();
    return;
  }
  if (report.message.kind != CONFINE_READY) {
    // A failure to execute is followed by the exit status of the process that failed.
    if (!seen_.report) seen_.report = report.message;
    const bool ended = report.message.kind == CONFINE_EXITED || report.message.kind == CONFINE_SIGNALED;
    if (job_.wrapping == Wrapping::batch && ended && std::strcmp(report.message.what, CONFINE_ALONE) == 0) {
      // What the kernel takes to clear away its namespaces need not be waited for.
      seen_.gone = report.message;
      if (!exited_) on_exit();
    }
    return;
  }
  seen_.ready = true;
  // The clocks of the limits count from here, where the command begins.
  started_ = Clock::time_point(std::chrono::nanoseconds(report.message.time_ns));
  last_output_ = std::max(last_output_, started_);
  if (limits_.wall_s > 0 && !killing_ && !exited_)
    after(wall_, seconds(limits_.wall_s), &Supervisor::on_wall);
  if (!in_namespace()) return;
  // The kernel translated the sender's number into our namespace.
  init_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, report.sender, 0)));
  tree_.emplace(report.sender, false);
  if (killing_) terminate();
  if (!exited_) after(sampler_, first_sample, &Supervisor::sample);
}

void Supervisor::sample() {
  if (exited_) return;
  if (tree_) {
    const TreeSample now = tree_->sample();
    Outcome& outcome = seen_.outcome;
    outcome.cpu_s = std::max(outcome.cpu_s, now.cpu_s);
    if (job_.meter != nullptr) job_.meter->cpu_s = outcome.cpu_s;
    measure_memory(now);
    if (limits_.cpu_s > 0 && now.cpu_s >= limits_.cpu_s) {
      end(Termination::cpu_timeout, cpu_text(limits_));
    }
    if (limits_.processes > 0 && now.tasks > limits_.processes) {
      end(Termination::process_limit, counted(limits_.processes, "process"));
    }
  }
  sample_interval_ = std::min<Clock::duration>(slowest_sample, sample_interval_ * 2);
  after(sampler_, sample_interval_, &Supervisor::sample);
}

void Supervisor::measure_memory(const TreeSample& now) {
  std::uint64_t bytes = now.rss_bytes;
  const bool over = limits_.memory_bytes > 0 && bytes > limits_.memory_bytes;
  // Forked processes share most of what they have; only then, and only for a new record, the exact count
  // pays.
  if (now.processes > 1 && (over || bytes > seen_.outcome.peak_bytes)) bytes = tree_->proportional_bytes();
  seen_.outcome.peak_bytes = std::max(seen_.outcome.peak_bytes, bytes);
  if (over && bytes > limits_.memory_bytes) {
    end(Termination::memory_limit, memory_text(limits_));
  }
}

void Supervisor::look_at_disk() {
  if (exited_) return;
  const auto before = Clock::now();
  std::string excess = disk_excess(job_.writable, limits_, tree_ ? tree_->unlinked_bytes() : 0);
  if (!excess.empty()) return end(Termination::disk_limit, std::move(excess));
  // A tree that takes long to walk is walked less often: at most a quarter of the time goes into it.
  disk_interval_ = std::min<Clock::duration>(slowest_disk_look, disk_interval_ * 2);
  after(disk_, std::max(disk_interval_, 3 * (Clock::now() - before)), &Supervisor::look_at_disk);
}

// The limit is for the command alone: a wrapping gets its own time to set up, however busy the machine is.
void Supervisor::start_wall_clock() {
  if (job_.wrapping != Wrapping::none && !seen_.ready) {
    after(wall_, set_up_time, &Supervisor::on_wall);
  } else if (limits_.wall_s > 0) {
    after(wall_, seconds(limits_.wall_s), &Supervisor::on_wall);
  } else {
    wall_.cancel();
  }
}

void Supervisor::on_wall() {
  end(Termination::wall_timeout, plain_number(limits_.wall_s) + " s");
}

void Supervisor::on_quiet() {
  if (exited_) return;
  const bool begun = job_.wrapping == Wrapping::none || seen_.ready;
  const Clock::duration left =
      (begun ? last_output_ : Clock::now()) + seconds(limits_.quiet_s) - Clock::now();
  if (left > 0s) return after(quiet_, left, &Supervisor::on_quiet);
  end(Termination::quiet_timeout, plain_number(limits_.quiet_s) + " s without output");
}

void Supervisor::end(Termination termination, std::string limit) {
  // A command that came to its end by itself before we noticed the limit keeps its own ending, except for
  // what it left on the disk or printed.
  if (seen_.limited) return;
  seen_.limited = true;
  seen_.outcome.termination = termination;
  seen_.outcome.limit = std::move(limit);
  if (exited_) return;
  killing_ = true;
  terminate();
  after(killer_, term_timeout, &Supervisor::kill_group);
}

// In a namespace, killing its process 1 ends everything in it, and bwrap then ends by itself, with the CPU
// time of all of them in its rusage. Without namespaces, memgrade-confine kills what it adopted.
void Supervisor::terminate() {
  if (in_namespace()) {
    if (init_) ::syscall(SYS_pidfd_send_signal, init_.get(), SIGKILL, nullptr, 0);
  } else if (job_.wrapping == Wrapping::confine) {
    ::kill(child_.pid, SIGTERM);
  } else {
    kill_group();
  }
}

void Supervisor::kill_group() {
  if (job_.wrapping == Wrapping::batch)
    ::syscall(SYS_pidfd_send_signal, job_.runner, SIGKILL, nullptr, 0);
  else
    ::kill(-child_.pid, SIGKILL);
  if (tree_) {
    if (!exited_) std::ignore = tree_->sample();
    tree_->kill_all();
  }
  killer_.expires_after(kill_timeout);
  killer_.async_wait([this](error_code error) {
    if (error) return;
    failure_ = fail(ErrorKind::infrastructure,
                    fmt::format("{} (process {}) could not be killed; it waits in the kernel",
                                job_.plan.argv[0], child_.pid));
    io_.stop();
  });
}

void Supervisor::on_exit() {
  exited_ = true;
  ended_ = Clock::now();
  for (asio::steady_timer* timer : {&wall_, &quiet_, &sampler_, &disk_, &killer_}) timer->cancel();
  if (!out_.open() && !err_.open()) return finish();
  after(last_, grace, &Supervisor::finish);
}

void Supervisor::finish() {
  last_.cancel();
  // Before the child is reaped, so that its group's number still belongs to it.
  if (child_.pid >= 0) ::kill(-child_.pid, SIGKILL);
  if (tree_) tree_->kill_all();
  out_.drain();
  err_.drain();
  if (report_.is_open()) {
    // The last word may still be in the socket.
    bool again = false;
    while (const auto report = receive_report(report_.native_handle(), again)) on_message(*report);
    report_.close();
  }
  if (child_.pid >= 0) {
    auto reaped = reap(child_.pid);
    reaped_ = true;
    if (reaped) {
      seen_.wait_status = reaped->status;
      add_final_figures(seen_, job_.wrapping, reaped->used);
    } else {
      failure_ = std::unexpected(reaped.error());
    }
  } else {
    add_final_figures(seen_, job_.wrapping, {});
  }
  if (seen_.report) ended_ = Clock::time_point(std::chrono::nanoseconds(seen_.report->time_ns));
  seen_.outcome.wall_s = std::chrono::duration<double>(ended_ - started_).count();
  io_.stop();
}

}  // namespace

Result<Seen> supervise(Job job, const Limits& limits, std::stop_token stop) try {
  return Supervisor(std::move(job), limits).watch(std::move(stop));
} catch (const std::exception& error) {
  return fail(ErrorKind::infrastructure, fmt::format("cannot watch a process: {}", error.what()));
}

}  // namespace memgrade::exec
