#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdlib>
#include <harness/exec/launch.hpp>
#include <memory>
#include <thread>

namespace memgrade::exec {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

// Reads what a child prints, while other threads start others with the same loop.
struct Listener {
  asio::posix::stream_descriptor pipe;
  std::string heard;
  std::array<char, 4096> buffer{};
  void read() {
    pipe.async_read_some(asio::buffer(buffer), [this](boost::system::error_code error, std::size_t count) {
      heard.append(buffer.data(), count);
      if (!error) read();
    });
  }
};

LaunchPlan plan_of(std::vector<std::string> argv, std::vector<int> descriptors = {}) {
  return {.argv = std::move(argv), .environment = {{"PATH", "/usr/bin:/bin"}}, .descriptors = descriptors};
}

std::string refusal(asio::io_context& context, const LaunchPlan& plan) {
  const auto launched = launch(context, plan);
  EXPECT_FALSE(launched);
  return launched ? "" : launched.error().message;
}

TEST(Launch, RefusalsNameTheStepAndTheErrno) {
  asio::io_context context;
  EXPECT_EQ(refusal(context, plan_of({"/no/such/file"})),
            "cannot execute /no/such/file: No such file or directory");
  EXPECT_EQ(refusal(context, plan_of({"/etc/passwd"})), "cannot execute /etc/passwd: Permission denied");
  EXPECT_EQ(refusal(context, plan_of({"true"}, {-1})),
            "cannot pass a descriptor to true: Bad file descriptor");
  LaunchPlan plan = plan_of({"true"});
  plan.directory = "/etc/passwd";
  EXPECT_EQ(refusal(context, plan), "cannot enter the directory of true: Not a directory");
  plan = plan_of({"true"});
  plan.limits = {{.resource = 1000}};
  EXPECT_EQ(refusal(context, plan), "cannot limit true: Invalid argument");
  EXPECT_THAT(refusal(context, plan_of({"no-such-program"})), HasSubstr("is not installed"));
  // Nobody is left to be waited for.
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(Launch, GapsBetweenDescriptorsAreClosed) {
  // Many, with gaps, and none of them close-on-exec: only what the plan names comes along.
  std::vector<Descriptor> strays;
  for (const int number : {20, 23, 40, 200, 900}) strays.emplace_back(::fcntl(STDIN_FILENO, F_DUPFD, number));
  auto pipe = make_pipe();
  auto null = readable("");
  ASSERT_TRUE(pipe && null);
  asio::io_context context;
  const auto launched = launch(
      context, plan_of({"ls", "/proc/self/fd"}, {null->get(), pipe->writer.get(), null->get(), null->get()}));
  ASSERT_TRUE(launched) << launched.error().text();
  pipe->writer = Descriptor();
  std::array<char, 256> text{};
  EXPECT_GT(::read(pipe->reader.get(), text.data(), text.size() - 1), 0);
  EXPECT_STREQ(text.data(), "0\n1\n2\n3\n4\n");  // 4 is the directory that ls reads
  EXPECT_TRUE(reap(launched->pid));
}

std::atomic<int> exit_handlers_run = 0;

// Boost's vfork launcher of 1.81 fails here: its child runs the exit handlers in our memory.
TEST(Launch, FailedExecsDisturbNoLiveIo) {
  constexpr int children = 4, failing_threads = 3, failures = 100;
  std::atexit([] { ++exit_handlers_run; });
  asio::io_context context;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<pid_t> pids;
  for (int i = 0; i < children; ++i) {
    auto out = make_pipe();
    auto null = readable("");
    ASSERT_TRUE(out && null);
    const auto launched =
        launch(context, plan_of({"sh", "-c", "for i in $(seq 400); do echo $i; sleep 0.001; done"},
                                {null->get(), out->writer.get(), null->get()}));
    ASSERT_TRUE(launched) << launched.error().text();
    pids.push_back(launched->pid);
    listeners.push_back(std::make_unique<Listener>(
        Listener{asio::posix::stream_descriptor(context, out->reader.release()), {}}));
    listeners.back()->read();
  }
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([&] { context.run(); });
    for (int i = 0; i < failing_threads; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < failures; ++n)
          refused += !launch(context, plan_of({n % 2 == 0 ? "/no/such/file" : "/etc/passwd"}));
      });
  }
  EXPECT_EQ(refused, failing_threads * failures);
  EXPECT_EQ(exit_handlers_run, 0);
  std::string wanted;
  for (int i = 1; i <= 400; ++i) wanted += std::to_string(i) + "\n";
  for (const auto& listener : listeners) EXPECT_EQ(listener->heard, wanted);
  for (const pid_t pid : pids) EXPECT_EQ(reap(pid).value_or(Reaped{-1, {}}).status, 0);
}

}  // namespace
}  // namespace memgrade::exec
