// What a saved Linux guest does with jobs that behave.
#include "linux_guests.hpp"

#include <gmock/gmock.h>

namespace memgrade::vm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using GuestLinux = test::GuestLinuxTest;

TEST_F(GuestLinux, ReadsWritesAndSleepsInItsOwnTime) {
  const JobRun run =
      ran("mark begin\n"
          "read release /proc/sys/kernel/osrelease 1000 1000\n"
          "write name /proc/sys/kernel/hostname grader%20one 1000\n"
          "read name /proc/sys/kernel/hostname 6 1000\n"
          "sleep long 60000\n"
          "mark end\n");
  EXPECT_EQ(run.ending, JobEnding::done) << run.reason << run.console.bytes;
  EXPECT_EQ(bytes_of(run, "text", "release"), guest().release() + "\n");
  EXPECT_EQ(bytes_of(run, "text", "name"), "grader");
  EXPECT_EQ(step(run, "name").value("verb", ""), "read");
  EXPECT_GE(time_of(run, "mark", "end") - time_of(run, "mark", "begin"), 60);
  if (guest().accelerator() == "tcg") {
    EXPECT_LT(run.wall_s, 30);
  }
}

}  // namespace
}  // namespace memgrade::vm
