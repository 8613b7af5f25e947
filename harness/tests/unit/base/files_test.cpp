#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <harness/base/files.hpp>
#include <harness/base/trees.hpp>
#include <thread>

namespace memgrade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-files-");
    ASSERT_TRUE(made) << made.error().text();
    directory_.emplace(std::move(*made));
    root_ = directory_->path();
  }
  void put(const fs::path& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  std::optional<TempDir> directory_;
  fs::path root_;
};

TEST_F(Files, WrittenFileReadsBackAndLeavesNothingBeside) {
  const std::string bytes("a\0b\n", 4);
  ASSERT_TRUE(write_file(root_ / "f", "old and longer"));
  ASSERT_TRUE(write_file(root_ / "f", bytes));
  EXPECT_EQ(*read_file(root_ / "f"), bytes);
  EXPECT_THAT(*list_files(root_), ElementsAre("f"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), {}), 1);
}

TEST_F(Files, FailedWriteLeavesTheTargetAsItWas) {
  ASSERT_TRUE(make_directories(root_ / "d" / "x"));
  const Status done = write_file(root_ / "d", "text");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::io);
  EXPECT_TRUE(fs::is_directory(root_ / "d" / "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), {}), 1);
  EXPECT_FALSE(write_file(root_ / "missing" / "f", "text"));
}

TEST_F(Files, ReadFileSaysWhyNot) {
  put("f", "12345");
  EXPECT_EQ(*read_file(root_ / "f", 5), "12345");
  const auto big = read_file(root_ / "f", 4);
  ASSERT_FALSE(big);
  EXPECT_THAT(big.error().message, HasSubstr("larger than 4 bytes"));
  EXPECT_THAT(read_file(root_ / "g").error().where, HasSubstr("g"));
  EXPECT_FALSE(read_file(root_));
  EXPECT_THAT(*read_file("/proc/self/status"), HasSubstr("Pid:"));
}

TEST_F(Files, LargeFileIsReadWhole) {
  const std::string bytes(3'000'001, 'x');
  ASSERT_TRUE(write_file(root_ / "f", bytes));
  EXPECT_EQ(*read_file(root_ / "f"), bytes);
}

TEST_F(Files, UntrustedFileIsReadUpToTheLimit) {
  put("f", "12345");
  const auto part = read_untrusted(root_ / "f", 3);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->bytes, "123");
  EXPECT_TRUE(part->cut);
  EXPECT_EQ(part->total_bytes, 5U);
  const auto whole = read_untrusted(root_ / "f", 5);
  EXPECT_EQ(whole->bytes, "12345");
  EXPECT_FALSE(whole->cut);
}

TEST_F(Files, SparseGiantCostsOnlyWhatIsKept) {
  put("f", "x");
  ASSERT_EQ(::truncate((root_ / "f").c_str(), 1LL << 40), 0);
  const auto part = read_untrusted(root_ / "f", 10);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->bytes.size(), 10U);
  EXPECT_EQ(part->total_bytes, 1ULL << 40);
}

TEST_F(Files, UntrustedReadRefusesLinksFifosAndDirectories) {
  fs::create_symlink("/etc/passwd", root_ / "link");
  ASSERT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(read_untrusted(root_ / "link", 100).error().message, HasSubstr("link"));
  EXPECT_THAT(read_untrusted(root_ / "fifo", 100).error().message, HasSubstr("no regular file"));
  EXPECT_FALSE(read_untrusted(root_, 100));
  EXPECT_FALSE(read_untrusted("/dev/zero", 100));
}

TEST_F(Files, UntrustedReadBelowARootDoesNotLeaveIt) {
  put("out/a", "fine");
  fs::create_symlink("/etc", root_ / "etc");
  EXPECT_EQ(read_untrusted(root_, "out/a", 100)->bytes, "fine");
  EXPECT_FALSE(read_untrusted(root_, "etc/passwd", 100));
  EXPECT_FALSE(read_untrusted(root_ / "out", "../out/a", 100));
  EXPECT_FALSE(read_untrusted(root_, "/etc/passwd", 100));
  EXPECT_FALSE(read_untrusted(root_, "out/a/b", 100));
  EXPECT_FALSE(read_untrusted(root_, "", 100));
}

TEST_F(Files, RemovesTreesThatResist) {
  put("t/a/b", "x");
  fs::create_symlink("/etc", root_ / "t" / "link");
  ASSERT_EQ(::mkfifo((root_ / "t" / "fifo").c_str(), 0), 0);
  ASSERT_EQ(::chmod((root_ / "t" / "a").c_str(), 0), 0);
  ASSERT_EQ(::chmod((root_ / "t").c_str(), 0), 0);
  const Status done = remove_tree(root_ / "t");
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_FALSE(fs::exists(root_ / "t"));
  EXPECT_TRUE(fs::exists("/etc/passwd"));
  EXPECT_TRUE(remove_tree(root_ / "t"));
}

TEST_F(Files, RemovesATreeDeeperThanAnyPathName) {
  fs::create_directory(root_ / "t");
  int at = ::open((root_ / "t").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int i = 0; i < 1500; ++i) {
    ASSERT_EQ(::mkdirat(at, "deeper", 0755), 0);
    const int next = ::openat(at, "deeper", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(at);
    at = next;
  }
  ::close(::openat(at, "file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  ::close(at);
  const Status done = remove_tree(root_ / "t");
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_FALSE(fs::exists(root_ / "t"));
}

TEST_F(Files, RemovingALinkLeavesItsTarget) {
  put("kept/f", "x");
  fs::create_symlink(root_ / "kept", root_ / "link");
  EXPECT_TRUE(remove_tree(root_ / "link"));
  EXPECT_FALSE(fs::is_symlink(root_ / "link"));
  EXPECT_TRUE(fs::exists(root_ / "kept" / "f"));
}

TEST_F(Files, ReplacedDirectoryHasTheNewContentAlone) {
  put("fresh/new", "1");
  put("target/old", "2");
  ASSERT_TRUE(replace_directory(root_ / "fresh", root_ / "target"));
  EXPECT_THAT(*list_files(root_), ElementsAre("target/new"));
  EXPECT_FALSE(fs::exists(root_ / "fresh"));
  put("fresh/newer", "3");
  ASSERT_TRUE(replace_directory(root_ / "fresh", root_ / "first"));
  EXPECT_THAT(*list_files(root_), ElementsAre("first/newer", "target/new"));
  EXPECT_FALSE(replace_directory(root_ / "nothing", root_ / "target"));
}

TEST_F(Files, CopyTakesFilesAndTellsWhatItLeft) {
  put("from/a.c", "text");
  put("from/sub/b.c", "more");
  ASSERT_EQ(::chmod((root_ / "from/a.c").c_str(), 04755), 0);
  fs::create_symlink("/etc/passwd", root_ / "from/sub/link");
  ASSERT_EQ(::mkfifo((root_ / "from/fifo").c_str(), 0600), 0);
  const auto left = copy_tree(root_ / "from", root_ / "to");
  ASSERT_TRUE(left) << left.error().text();
  EXPECT_THAT(*left, ElementsAre("fifo: a FIFO", "sub/link: a symbolic link"));
  EXPECT_THAT(*list_files(root_ / "to"), ElementsAre("a.c", "sub/b.c"));
  EXPECT_EQ(*read_file(root_ / "to/sub/b.c"), "more");
  EXPECT_EQ(fs::status(root_ / "to/a.c").permissions(), fs::perms(0755));
  EXPECT_EQ(fs::last_write_time(root_ / "to/a.c"), fs::last_write_time(root_ / "from/a.c"));
}

TEST_F(Files, CopyReplacesWhatStandsInItsWayAndFollowsNoLink) {
  put("ours/Makefile", "all:");
  put("ours/sub/x.h", "ours");
  put("precious", "kept");
  fs::create_directory(root_ / "outside");
  put("work/kept.c", "theirs");
  fs::create_symlink(root_ / "precious", root_ / "work/Makefile");
  fs::create_symlink(root_ / "outside", root_ / "work/sub");
  ASSERT_TRUE(copy_tree(root_ / "ours", root_ / "work"));
  EXPECT_EQ(*read_file(root_ / "precious"), "kept");
  EXPECT_TRUE(fs::is_empty(root_ / "outside"));
  EXPECT_EQ(*read_file(root_ / "work/Makefile"), "all:");
  EXPECT_EQ(*read_file(root_ / "work/sub/x.h"), "ours");
  EXPECT_EQ(*read_file(root_ / "work/kept.c"), "theirs");
}

TEST_F(Files, WhatIsSetAsideIsToldAndItsDirectoryStandsThereEmpty) {
  put("from/kept/a", "1");
  put("from/tool/b", "2");
  const auto left = copy_tree(root_ / "from", root_ / "to", {}, [](const WalkEntry& entry) {
    return std::string(entry.path == "tool" ? "a tool's" : "");
  });
  ASSERT_TRUE(left);
  EXPECT_THAT(*left, ElementsAre("tool: a tool's"));
  EXPECT_TRUE(fs::is_empty(root_ / "to/tool"));
  EXPECT_TRUE(fs::exists(root_ / "to/kept/a"));
}

TEST_F(Files, CopyReplacesADirectoryUnderAFilesName) {
  put("ours/Makefile", "all:");
  put("work/Makefile/inner", "theirs");
  ASSERT_TRUE(copy_tree(root_ / "ours", root_ / "work"));
  EXPECT_EQ(*read_file(root_ / "work/Makefile"), "all:");
}

TEST_F(Files, CopyAndListStopAtTheirLimits) {
  for (int i = 0; i < 5; ++i) put("from/" + std::to_string(i), "0123456789");
  EXPECT_THAT(copy_tree(root_ / "from", root_ / "a", {.bytes = 49}).error().message, HasSubstr("49 bytes"));
  EXPECT_THAT(copy_tree(root_ / "from", root_ / "b", {.files = 4}).error().message, HasSubstr("4 files"));
  EXPECT_TRUE(copy_tree(root_ / "from", root_ / "c", {.bytes = 50, .files = 5}));
  EXPECT_FALSE(list_files(root_ / "from", {.files = 4}));
  EXPECT_FALSE(copy_tree(root_ / "missing", root_ / "d"));
  EXPECT_FALSE(list_files(root_ / "missing"));
}

TEST_F(Files, ListIsSortedAndWithoutHiddenDirectories) {
  put("b", "");
  put("a/z", "");
  put(".git/config", "");
  put(".hidden", "");
  EXPECT_THAT(*list_files(root_), ElementsAre(".hidden", "a/z", "b"));
}

TEST_F(Files, TempDirGoesWithItsObjectUnlessKept) {
  fs::path gone;
  fs::path kept;
  {
    auto first = TempDir::make(root_, "x-");
    auto second = TempDir::make(root_, "x-");
    ASSERT_TRUE(first && second);
    gone = first->path();
    std::ofstream(gone / "f") << "x";
    const TempDir moved = std::move(*first);
    EXPECT_TRUE(fs::exists(gone));
    kept = second->keep();
  }
  EXPECT_FALSE(fs::exists(gone));
  EXPECT_TRUE(fs::is_directory(kept));
  EXPECT_FALSE(TempDir::make(root_ / "missing", "x-"));
}

TEST_F(Files, TemporaryDirectoriesStandWhereTheEnvironmentSays) {
  ::setenv("TMPDIR", root_.c_str(), 1);
  {
    const auto made = TempDir::temporary("x");
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->path().parent_path(), root_);
    EXPECT_THAT(made->path().filename().string(), ::testing::StartsWith("memgrade-run-x-"));
    // Of a living process: no other one takes it for a leftover.
    const Descriptor other(::open(made->path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    EXPECT_NE(::flock(other.get(), LOCK_EX | LOCK_NB), 0);
  }
  EXPECT_TRUE(fs::is_empty(root_));
  ::setenv("TMPDIR", (root_ / "missing").c_str(), 1);
  const auto none = TempDir::temporary("x");
  ::unsetenv("TMPDIR");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("TMPDIR"));
}

TEST_F(Files, LockExcludesUntilItIsReleased) {
  auto first = FileLock::take(root_ / "lock", 0);
  ASSERT_TRUE(first) << first.error().text();
  const auto second = FileLock::take(root_ / "lock", 0.05);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const FileLock released = std::move(*first);
  });
  EXPECT_TRUE(FileLock::take(root_ / "lock", 5));
}

TEST_F(Files, CacheDirectoryFollowsTheEnvironment) {
  ::setenv("XDG_CACHE_HOME", "/var/tmp/cache", 1);
  EXPECT_EQ(cache_directory(), "/var/tmp/cache/memgrade");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  ::setenv("HOME", "/home/someone", 1);
  EXPECT_EQ(cache_directory(), "/home/someone/.cache/memgrade");
}

TEST_F(Files, PathsAreShownRelativeWhereThatIsShorter) {
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  EXPECT_EQ(show_path(root_ / "a" / "b"), "a/b");
  EXPECT_EQ(show_path("/etc"), "/etc");
  EXPECT_EQ(show_path("x"), "x");
  fs::current_path(before);
}

}  // namespace
}  // namespace memgrade
