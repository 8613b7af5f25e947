// Saved Linux guests in the cache: shared, damaged, unusable; and what a guest is run by.
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/vm/linux/accelerator.hpp>
#include <harness/vm/linux/snapshot.hpp>
#include <thread>

#include <harness/tests/unit/vm/linux/guests.hpp>

namespace memgrade::vm {
namespace {

using testing::HasSubstr;

class GuestLinuxCache : public test::GuestLinuxTest {
 protected:
  Result<LinuxGuest> prepared(const fs::path& cache, std::vector<std::string>* said = nullptr) {
    return LinuxGuest::prepare(**kernel_, **sandbox_, cache, [said](const std::string& line) {
      if (said != nullptr) said->push_back(line);
    });
  }
  // A cache with a copy of the suite's guest.
  static fs::path copied(const std::string& name) {
    const fs::path cache = work_->path() / name;
    std::error_code code;
    fs::create_directories(cache / guests_folder, code);
    fs::copy(test_cache() / guests_folder / guest().key(), cache / guests_folder / guest().key(),
             fs::copy_options::recursive, code);
    EXPECT_FALSE(code) << code.message();
    return cache;
  }
  static fs::path state(const fs::path& cache) { return cache / guests_folder / guest().key() / "state"; }
  static std::string manifest(const fs::path& cache) {
    return read_file(cache / guests_folder / guest().key() / "manifest.json").value_or("");
  }
  static void expect_good(const Result<LinuxGuest>& guest) {
    ASSERT_TRUE(guest) << guest.error().text();
    const auto run = guest->run({.steps = "mark a\n"}, {.wall_s = 200, .cpu_s = 100});
    ASSERT_TRUE(run) << run.error().text();
    EXPECT_EQ(run->termination, JobTermination::done) << run->reason;
  }
};

TEST_F(GuestLinuxCache, GuestIsMadeOnceForTwoWhoWantIt) {
  const fs::path cache = work_->path() / "shared";
  std::vector<std::string> said[2];
  Result<LinuxGuest> guests[2] = {fail(ErrorKind::io, ""), fail(ErrorKind::io, "")};
  {
    std::jthread other([&] { guests[0] = prepared(cache, &said[0]); });
    guests[1] = prepared(cache, &said[1]);
  }
  expect_good(guests[0]);
  expect_good(guests[1]);
  std::size_t boots = 0;
  for (const auto& lines : said) {
    for (const std::string& line : lines) boots += line.starts_with("boots") ? 1 : 0;
  }
  EXPECT_EQ(boots, 1U);
  // And both at once.
  std::jthread other([&] { expect_good(guests[0]); });
  expect_good(guests[1]);
}

TEST_F(GuestLinuxCache, DamagedStateIsSeenAndMadeAnew) {
  const fs::path cache = copied("damaged");
  auto bytes = read_file(state(cache));
  ASSERT_TRUE(bytes);
  (*bytes)[bytes->size() / 2] ^= 1;
  ASSERT_TRUE(write_file(state(cache), *bytes));
  EXPECT_FALSE(open_guest(state(cache).parent_path(), guest().key()));
  const std::string before = manifest(cache);
  std::vector<std::string> said;
  expect_good(prepared(cache, &said));
  EXPECT_EQ(said.size(), 1U);
  EXPECT_NE(manifest(cache), before);
}

TEST_F(GuestLinuxCache, StateThatQemuRefusesIsMadeAnew) {
  const fs::path cache = copied("refused");
  ASSERT_TRUE(write_file(state(cache), "no state of a machine"));
  auto json = parse_json(manifest(cache));
  ASSERT_TRUE(json);
  (*json)["state"] = {{"bytes", 21}, {"digest", digest("no state of a machine")}};
  ASSERT_TRUE(write_file(state(cache).parent_path() / "manifest.json", dump_json(*json)));
  std::vector<std::string> said;
  const auto guest = prepared(cache, &said);
  EXPECT_TRUE(said.empty());
  expect_good(guest);
  EXPECT_GT(fs::file_size(state(cache)), 1U << 20U);
}

TEST_F(GuestLinuxCache, ChangedManifestOrMissingFileIsNoGuest) {
  const fs::path cache = copied("incomplete");
  const fs::path directory = state(cache).parent_path();
  ASSERT_TRUE(open_guest(directory, guest().key()));
  EXPECT_FALSE(open_guest(directory, "another key"));
  ASSERT_TRUE(write_file(directory / "symbols", "other symbols"));
  EXPECT_FALSE(open_guest(directory, guest().key()));
  fs::remove(state(cache));
  EXPECT_FALSE(open_guest(directory, guest().key()));
  ASSERT_TRUE(write_file(directory / "manifest.json", "{\"key\": 7}"));
  EXPECT_FALSE(open_guest(directory, guest().key()));
}

TEST_F(GuestLinuxCache, WithoutACacheItIsMadeForThisRun) {
  // A file where the folder should be: root may write everywhere else.
  const fs::path cache = work_->path() / "blocked";
  ASSERT_TRUE(make_directories(cache));
  ASSERT_TRUE(write_file(cache / guests_folder, ""));
  const auto guest = prepared(cache);
  expect_good(guest);
  ASSERT_FALSE(guest->notes().empty());
  EXPECT_THAT(guest->notes().back(), HasSubstr("for this run alone"));
}

TEST_F(GuestLinuxCache, WithoutSandboxItRunsToo) {
  const auto none = exec::Sandbox::none();
  const auto guest = LinuxGuest::prepare(**kernel_, none, test_cache());
  ASSERT_TRUE(guest) << guest.error().text();
  EXPECT_EQ(guest->key(), GuestLinuxCache::guest().key()) << "the same saved guest serves";
  expect_good(guest);
}

TEST_F(GuestLinuxCache, GuestServesOnWhenItIsRemoved) {
  const fs::path cache = copied("removed");
  const auto guest = prepared(cache);
  ASSERT_TRUE(guest);
  ASSERT_TRUE(remove_tree(cache));
  expect_good(guest);
}

// Processes below this one whose command is `name`.
std::vector<pid_t> descendants(const std::string& name) {
  std::map<pid_t, pid_t> parent;
  std::map<pid_t, std::string> command;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    const auto stat = pid > 0 ? read_file(entry.path() / "stat") : Result<std::string>("");
    if (!stat || stat->empty()) continue;
    command[pid] = stat->substr(stat->find('(') + 1, stat->rfind(')') - stat->find('(') - 1);
    parent[pid] = std::atoi(stat->c_str() + stat->rfind(')') + 4);
  }
  std::vector<pid_t> found;
  for (const auto& [pid, text] : command) {
    pid_t at = pid;
    while (at > 1 && at != ::getpid()) at = parent[at];
    if (at == ::getpid() && text.starts_with(name)) found.push_back(pid);
  }
  return found;
}

TEST_F(GuestLinuxCache, EmulatorThatSomebodyKilledIsStartedAgain) {
  const std::string steps = "start busy /bin/sh -c while%20:;do%20:;done\nsleep s 5000\nmark end\n";
  std::vector<pid_t> killed;
  std::jthread killer([&] {
    for (int i = 0; i < 4000 && killed.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      killed = descendants("qemu-system-x86");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    for (const pid_t pid : killed) ::kill(pid, SIGKILL);
  });
  const JobRun run = ran(steps);
  killer.join();
  EXPECT_FALSE(killed.empty());
  EXPECT_EQ(run.termination, JobTermination::done) << run.reason;
  EXPECT_EQ(bytes_of(run, "mark", "end"), "");
}

TEST_F(GuestLinuxCache, InterruptedJobComesBackAtOnce) {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    stop.request_stop();
  });
  const auto run = guest().run({.steps = "start busy /bin/sh -c while%20:;do%20:;done\nsleep s 900000\n"}, {},
                               stop.get_token());
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::interrupted);
}

TEST_F(GuestLinuxCache, AcceleratorIsTriedByAGuestOfFourInstructions) {
  const auto emulator = Emulator::find(x86_emulator);
  ASSERT_TRUE(emulator);
  const auto tcg = try_accelerator(Accelerator::tcg, *emulator, **sandbox_, 60, {});
  ASSERT_TRUE(tcg);
  EXPECT_EQ(*tcg, "");
  const auto begin = std::chrono::steady_clock::now();
  const auto kvm = try_accelerator(Accelerator::kvm, *emulator, **sandbox_, 2, {});
  ASSERT_TRUE(kvm) << "not to have it is no error";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST_F(GuestLinuxCache, AcceleratorIsChosenByTheEnvironment) {
  const auto emulator = Emulator::find(x86_emulator);
  ASSERT_TRUE(emulator);
  const auto chosen = [&](const char* word) {
    ::setenv("MEMGRADE_ACCEL", word, 1);
    auto acceleration = choose_acceleration(*emulator, **sandbox_, work_->path(), {});
    ::unsetenv("MEMGRADE_ACCEL");
    return acceleration;
  };
  EXPECT_EQ(chosen("kvm")->accelerator, Accelerator::kvm);
  EXPECT_EQ(chosen("tcg")->accelerator, Accelerator::tcg);
  const auto wrong = chosen("hvf");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
  // Tried once, then remembered.
  const auto first = choose_acceleration(*emulator, **sandbox_, work_->path(), {});
  ASSERT_TRUE(first);
  const auto begin = std::chrono::steady_clock::now();
  const auto second = choose_acceleration(*emulator, **sandbox_, work_->path(), {});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->accelerator, first->accelerator);
  EXPECT_EQ(second->note, first->note);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

}  // namespace
}  // namespace memgrade::vm
