#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <harness/base/descriptor.hpp>
#include <harness/base/send_descriptors.hpp>
#include <string>
#include <vector>

namespace memgrade {
namespace {

class SendDescriptors : public ::testing::Test {
 protected:
  void SetUp() override {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ours_ = Descriptor(ends[0]);
    theirs_ = Descriptor(ends[1]);
  }
  // What comes at the other end; the descriptors are the test's to close.
  std::string received(std::vector<int>& descriptors) {
    std::array<char, 64> bytes{};
    alignas(cmsghdr) std::array<char, 256> space{};
    iovec part{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space.data();
    message.msg_controllen = space.size();
    const ssize_t got = ::recvmsg(theirs_.get(), &message, MSG_CMSG_CLOEXEC);
    const cmsghdr* const passed = CMSG_FIRSTHDR(&message);
    if (got < 0 || passed == nullptr || passed->cmsg_type != SCM_RIGHTS) return {};
    descriptors.resize((passed->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(descriptors.data(), CMSG_DATA(passed), descriptors.size() * sizeof(int));
    return {bytes.data(), static_cast<std::size_t>(got)};
  }

  Descriptor ours_, theirs_;
};

bool same_file(int a, int b) {
  struct stat left {
  }, right{};
  return ::fstat(a, &left) == 0 && ::fstat(b, &right) == 0 && left.st_ino == right.st_ino;
}

TEST_F(SendDescriptors, CopiesComeInTheirOrderWithTheBytes) {
  int pipe_ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const Descriptor reader(pipe_ends[0]), writer(pipe_ends[1]);
  const std::array sent{ours_.get(), reader.get()};
  EXPECT_EQ(send_descriptors(ours_.get(), "here", sent), 4);
  std::vector<int> numbers;
  EXPECT_EQ(received(numbers), "here");
  ASSERT_EQ(numbers.size(), 2U);
  const Descriptor first(numbers[0]), second(numbers[1]);
  EXPECT_TRUE(same_file(first.get(), ours_.get()));
  EXPECT_TRUE(same_file(second.get(), reader.get()));
}

TEST_F(SendDescriptors, WithoutAListenerThereIsAnErrorAndNoSignal) {
  theirs_.close();
  const std::array sent{ours_.get()};
  EXPECT_EQ(send_descriptors(ours_.get(), "x", sent), -1);
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(SendDescriptors, NothingOrTooManyIsRefused) {
  const std::vector<int> many(most_descriptors_sent + 1, ours_.get());
  const std::array one{ours_.get()};
  EXPECT_EQ(send_descriptors(ours_.get(), "x", many), -1);
  EXPECT_EQ(send_descriptors(ours_.get(), "x", {}), -1);
  EXPECT_EQ(send_descriptors(ours_.get(), "", one), -1);
  EXPECT_EQ(errno, EINVAL);
}

}  // namespace
}  // namespace memgrade
