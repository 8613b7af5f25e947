// What a saved Linux guest does with jobs that behave.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <harness/tests/unit/vm/linux/guests.hpp>

namespace memgrade::vm {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
class GuestLinux : public test::GuestLinuxTest {};

std::uint64_t u64_at(const std::string& bytes, std::size_t index) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes.at(8 * index + i));
  return value;
}

TEST_F(GuestLinux, ReadsWritesAndSleepsInItsOwnTime) {
  const JobRun run =
      ran("mark begin\n"
          "read release /proc/sys/kernel/osrelease 1000 1000\n"
          "write name /proc/sys/kernel/hostname grader%20one 1000\n"
          "read name /proc/sys/kernel/hostname 6 1000\n"
          "sleep long 60000\n"
          "mark end\n");
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason << run.console.bytes;
  EXPECT_EQ(bytes_of(run, "text", "release"), guest().release() + "\n");
  EXPECT_EQ(bytes_of(run, "text", "name"), "grader");
  EXPECT_EQ(step(run, "name").value("verb", ""), "read");
  EXPECT_GE(time_of(run, "mark", "end") - time_of(run, "mark", "begin"), 60);
  if (guest().accelerator() == "tcg") {
    EXPECT_LT(run.wall_s, 30);
  }
}

TEST_F(GuestLinux, SameJobGivesTheSameRecords) {
  if (guest().accelerator() != "tcg") GTEST_SKIP() << "only a guest that counts instructions is reproducible";
  const std::string steps =
      "start cat /bin/cat /proc/self/maps\njoin cat cat 5000\nsystem before meminfo slabs tasks\nsleep a "
      "3000\n"
      "read random /proc/sys/kernel/random/uuid 100 1000\nsystem after vmstat\n";
  const JobRun first = ran(steps);
  const JobRun second = ran(steps);
  ASSERT_EQ(first.termination, JobTermination::done);
  ASSERT_EQ(first.records.size(), second.records.size());
  for (std::size_t i = 0; i < first.records.size(); ++i) {
    EXPECT_EQ(first.records[i].time_s, second.records[i].time_s) << first.records[i].kind;
    EXPECT_EQ(first.records[i].bytes, second.records[i].bytes) << first.records[i].kind;
  }
  // And another seed others.
  auto other = guest().run({.steps = steps, .seed = 1}, {});
  ASSERT_TRUE(other);
  EXPECT_NE(bytes_of(*other, "text", "random"), bytes_of(first, "text", "random"));
}

TEST_F(GuestLinux, ModulesAreLoadedAndUnloaded) {
  const JobRun run =
      ran("insmod load guest_module.ko act=none 5000\nread there /proc/modules 10000 1000\n"
          "rmmod unload guest_module 5000\nread gone /proc/modules 10000 1000\n"
          "insmod bad guest_module.ko act=refuse 5000\ninsmod missing nothing.ko % 5000\nrmmod nobody nobody "
          "5000\n",
          {module()});
  EXPECT_EQ(run.termination, JobTermination::done);
  EXPECT_EQ(step(run, "load")["result"], 0);
  EXPECT_THAT(bytes_of(run, "text", "there"), HasSubstr("guest_module "));
  EXPECT_EQ(step(run, "unload")["result"], 0);
  EXPECT_THAT(bytes_of(run, "text", "gone"), Not(HasSubstr("guest_module ")));
  EXPECT_EQ(step(run, "bad")["errno"], EINVAL);
  EXPECT_EQ(step(run, "missing")["errno"], ENOENT);
  EXPECT_EQ(step(run, "nobody")["errno"], ENOENT);
  EXPECT_THAT(all_of(run, "log", ""),
              AllOf(HasSubstr(",-;guest_module: none\n"), HasSubstr("guest_module: gone")));
}

TEST_F(GuestLinux, ProcessesAreDrivenAndTheirEndIsRecorded) {
  const JobRun run = ran(
      "start sh /bin/sh -c echo%20ready;%20read%20line;%20echo%20got%20$line%20as%20$(id%20-u);%20exit%207\n"
      "await ready sh ready 5000\ntell word sh hello\nawait got sh got 5000\njoin end sh 5000\n"
      "startroot root /bin/id -u\njoin rooted root 5000\n"
      "start killed /bin/sleep 1000\nsignal kill killed 15\njoin killed killed 5000\n"
      "start absent /job/absent\nstart slow /bin/sleep 1000\nawait never slow word 300\njoin late slow 200\n"
      "write pid /dev/kmsg the%20pid%20is%20{pid:slow}.%0A 1000\nwrite nobody /dev/kmsg {pid:nobody} 1000\n");
  EXPECT_EQ(run.termination, JobTermination::done);
  EXPECT_EQ(all_of(run, "out", "sh"), "ready\ngot hello as 1000\n");
  EXPECT_EQ(bytes_of(run, "exit", "sh"), R"({"status":7,"signal":0})");
  EXPECT_EQ(all_of(run, "out", "root"), "0\n");
  EXPECT_EQ(bytes_of(run, "exit", "killed"), R"({"status":0,"signal":15})");
  EXPECT_EQ(step(run, "absent")["errno"], ENOENT);
  EXPECT_EQ(step(run, "never")["timed_out"], true);
  EXPECT_GE(step(run, "never")["ms"], 300);
  EXPECT_EQ(step(run, "late")["timed_out"], true);
  EXPECT_EQ(bytes_of(run, "exit", "slow"), "(none)");
  EXPECT_THAT(all_of(run, "log", ""), ContainsRegex("the pid is [0-9]+\\."));
  EXPECT_EQ(step(run, "nobody")["errno"], ESRCH);
}

TEST_F(GuestLinux, LooksIntoAProcess) {
  const GuestFile file = program("threads", R"(
#include <thread>
#include <cstdio>
int marker = 0x5eed5eed;
int main() {
  std::thread([] { std::puts("ready"); std::fflush(stdout); }).join();
  getchar();
}
)",
                                 true);
  const JobRun run =
      ran("start work threads\nawait ready work ready 5000\n"
          "observe once work maps smaps stat status pages flags data code\nread maps /proc/{pid:work}/maps "
          "100 100\n"
          "observe self self maps\nobserve nobody 9999 maps\ntell go work x\njoin end work 5000\n",
          {file});
  EXPECT_EQ(run.termination, JobTermination::done);
  EXPECT_THAT(bytes_of(run, "maps", "once"), AllOf(HasSubstr("libstdc++"), HasSubstr("[stack]")));
  EXPECT_THAT(bytes_of(run, "status", "once"), HasSubstr("(stopped)"));
  EXPECT_THAT(bytes_of(run, "smaps", "once"), HasSubstr("Rss:"));
  const std::string pages = bytes_of(run, "pages", "once");
  ASSERT_GE(pages.size(), 16U * 50);
  std::uint64_t ram_pages = 0;
  for (std::size_t i = 0; i < pages.size() / 16; ++i) {
    const std::uint64_t entry = u64_at(pages, 2 * i + 1);
    EXPECT_EQ(u64_at(pages, 2 * i) % 4096, 0U);
    if (i > 0) {
      EXPECT_GT(u64_at(pages, 2 * i), u64_at(pages, 2 * i - 2));
    }
    const std::uint64_t address = (entry & ((1ULL << 55U) - 1)) * 4096;
    for (const auto& [first, last] : guest().ram()) ram_pages += address >= first && address <= last ? 1 : 0;
  }
  EXPECT_EQ(ram_pages, pages.size() / 16);
  const std::string data = bytes_of(run, "data", "once");
  ASSERT_GE(data.size(), 16U);
  EXPECT_EQ(data.size() - 16, u64_at(data, 1) - u64_at(data, 0));
  EXPECT_NE(data.find("\xed\x5e\xed\x5e"), std::string::npos);
  EXPECT_NE(file.bytes.find(bytes_of(run, "code", "once").substr(16)), std::string::npos);
  EXPECT_GE(bytes_of(run, "flags", "once").size(), 16U * 20);
  EXPECT_THAT(bytes_of(run, "maps", "self"), HasSubstr("/init"));
  EXPECT_EQ(step(run, "nobody")["result"], -1);
  // It was let go on.
  EXPECT_EQ(bytes_of(run, "exit", "work"), R"({"status":0,"signal":0})");
}

TEST_F(GuestLinux, TellsOfTheSystem) {
  const JobRun run =
      ran("settle calm\nsystem all meminfo vmstat slabs modules tasks sysfs proc taint mounts\nsystem odd "
          "weather\n"
          "write file /tmp/none text 1000\nstartroot make /bin/sh -c echo%20some%20text%20>/tmp/file\njoin "
          "made make 5000\n"
          "take whole /tmp/file 100\ntake part /tmp/file 4\nremove off /tmp/file\ntake gone /tmp/file 100\n");
  EXPECT_EQ(run.termination, JobTermination::done);
  EXPECT_EQ(step(run, "calm")["result"], 0);
  EXPECT_EQ(step(run, "all")["result"], 0);
  EXPECT_THAT(bytes_of(run, "meminfo", "all"), StartsWith("MemTotal:"));
  EXPECT_THAT(bytes_of(run, "slabs", "all"), ContainsRegex("\nmm_struct [0-9]+\n"));
  EXPECT_THAT(bytes_of(run, "modules", "all"), HasSubstr("virtio"));
  EXPECT_THAT(bytes_of(run, "tasks", "all"), AllOf(HasSubstr("\n2 0 S kthreadd\n"), HasSubstr("1 0 ")));
  EXPECT_THAT(bytes_of(run, "sysfs", "all"), AllOf(HasSubstr("/sys/kernel/mm/transparent_hugepage/enabled\n"),
                                                   HasSubstr("/sys/module/virtio")));
  EXPECT_THAT(bytes_of(run, "proc", "all"), AllOf(HasSubstr("/proc/meminfo\n"), HasSubstr("/proc/sys/vm\n")));
  EXPECT_EQ(bytes_of(run, "taint", "all"), "0\n");
  EXPECT_THAT(bytes_of(run, "mounts", "all"), HasSubstr("tmpfs /tmp tmpfs"));
  EXPECT_EQ(step(run, "odd")["errno"], EINVAL);
  EXPECT_EQ(step(run, "file")["errno"], ENOENT) << "write makes no files";
  EXPECT_EQ(bytes_of(run, "file", "whole"), "some text\n");
  EXPECT_EQ(bytes_of(run, "file", "part"), "some");
  EXPECT_EQ(step(run, "gone")["errno"], ENOENT);
}

TEST_F(GuestLinux, RepeatsAndLabels) {
  const JobRun run = ran("repeat 3\nmark again\nread x /proc/uptime 100 100\ndone\nmark last\n");
  EXPECT_EQ(run.termination, JobTermination::done);
  int again = 0;
  for (const GuestRecord& record : run.records)
    again += record.kind == "mark" && record.name == "again" ? 1 : 0;
  EXPECT_EQ(again, 3);
}

TEST_F(GuestLinux, StartsMoreProcessesThanItRemembers) {
  const JobRun run =
      ran("start keep /bin/cat\nrepeat 100\nstart many /bin/echo hello\njoin end many 5000\ndone\n"
          "tell last keep still%20here\nawait said keep still 5000\n");
  EXPECT_EQ(run.termination, JobTermination::done);
  int ends = 0;
  for (const GuestRecord& record : run.records)
    ends += record.kind == "exit" && record.name == "many" ? 1 : 0;
  EXPECT_EQ(ends, 100);
  EXPECT_EQ(all_of(run, "out", "many").size(), 600U);
  EXPECT_EQ(step(run, "said")["result"], 0);
}

TEST_F(GuestLinux, JobsThatItDoesNotUnderstandAreErrors) {
  for (const char* steps : {"dance now\n", "sleep\n", "sleep a 1 2 3\n", "repeat 2\nmark a\n", "done\n",
                            "read a %00 1 1\n", "mark  a\n", "repeat 2\nrepeat 2\ndone\ndone\n"}) {
    const auto run = guest().run({.steps = steps}, {});
    ASSERT_FALSE(run) << steps;
    EXPECT_EQ(run.error().kind, ErrorKind::case_file);
  }
}

TEST_F(GuestLinux, SymbolsAreThoseOfTheGuest) {
  const auto address = guest().symbol("linux_banner");
  ASSERT_TRUE(address);
  EXPECT_FALSE(guest().symbol("linux_banne"));
  EXPECT_FALSE(guest().symbol("inux_banner"));
  const JobRun run = ran("startroot find /bin/grep -w linux_banner /proc/kallsyms\njoin end find 90000\n");
  EXPECT_THAT(all_of(run, "out", "find"), StartsWith(fmt::format("{:016x} ", *address)));
}

}  // namespace
}  // namespace memgrade::vm
