// The cache directory, and what of it is handed out as a kernel.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <harness/tests/unit/vm/kernels/kernel_trees.hpp>
#include <harness/vm/kernels/kernel_check.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <harness/vm/kernels/manifest.hpp>
#include <thread>

namespace memgrade::vm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class KernelCache : public KernelTrees {
 protected:
  // A kernel as a finished fetch leaves it.
  void put_cached(const std::string& series, const std::string& release) {
    const fs::path tree = root_ / "kernels" / series;
    put_packages(tree, release);
    const auto kernel = kernel_of_packages(tree);
    ASSERT_TRUE(kernel) << kernel.error().text();
    const auto manifest = describe(*kernel, {"linux-image 1", "linux-kbuild 2"});
    ASSERT_TRUE(manifest);
    put(tree / manifest_name, to_text(*manifest));
  }
};

// Sets an environment variable for a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST_F(KernelCache, TheDirectoryIsTheNamedOneAndIsMade) {
  const Variable named("MEMGRADE_CACHE", (root_ / "a/b").string());
  ASSERT_TRUE(cache_directory());
  EXPECT_EQ(*cache_directory(), root_ / "a/b");
  EXPECT_TRUE(fs::is_directory(root_ / "a/b"));
}

TEST_F(KernelCache, WithoutANameItIsBelowTheUsersCache) {
  const Variable named("MEMGRADE_CACHE", ""), xdg("XDG_CACHE_HOME", root_.string());
  ASSERT_TRUE(cache_directory());
  EXPECT_EQ(*cache_directory(), root_ / "memgrade");
}

TEST_F(KernelCache, ADirectoryThatCannotBeMadeSaysTheWayOut) {
  put(root_ / "file", "");
  const Variable named("MEMGRADE_CACHE", (root_ / "file/below").string());
  const auto directory = cache_directory();
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().kind, ErrorKind::infrastructure);
  EXPECT_THAT(directory.error().text(), HasSubstr("MEMGRADE_CACHE"));
}

TEST_F(KernelCache, AnotherUsersDirectoryIsRefusedUnlessItIsNamed) {
  if (::geteuid() == 0) {
    fs::create_directory(root_ / "memgrade");
    ASSERT_EQ(::chown((root_ / "memgrade").c_str(), 12345, 12345), 0);
  } else {
    // Root's, and anybody may write there.
    fs::create_directory_symlink("/tmp", root_ / "memgrade");
  }
  const Variable xdg("XDG_CACHE_HOME", root_.string());
  {
    const Variable named("MEMGRADE_CACHE", "");
    const auto directory = cache_directory();
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().kind, ErrorKind::infrastructure);
  }
  const Variable named("MEMGRADE_CACHE", (root_ / "memgrade").string());
  EXPECT_TRUE(cache_directory());
}

TEST_F(KernelCache, ALockThatIsTakenIsWaitedForAndSaid) {
  auto first = lock(root_, "6.1", "is fetching", {}, {});
  ASSERT_TRUE(first) << first.error().text();
  std::vector<std::string> said;
  std::stop_source stop;
  const auto refused = lock(
      root_, "6.1", "is fetching Linux 6.1",
      [&](const std::string& line) {
        said.push_back(line);
        stop.request_stop();
      },
      stop.get_token());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::interrupted);
  EXPECT_THAT(said, ElementsAre("another grader is fetching Linux 6.1; waiting for it"));
  EXPECT_TRUE(lock(root_, "6.12", "is fetching", {}, {}));
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const FileLock released = std::move(*first);
  });
  EXPECT_TRUE(lock(root_, "6.1", "is fetching", {}, {}));
}

TEST_F(KernelCache, AWholeKernelIsFoundWithItsPathsAndIdentity) {
  put_cached("6.1", "6.1.0-9-amd64");
  const LinuxKernels kernels(root_);
  const auto kernel = kernels.find("6.1");
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->series, "6.1");
  EXPECT_EQ(kernel->release, "6.1.0-9-amd64");
  EXPECT_EQ(kernel->root, root_ / "kernels/6.1");
  EXPECT_EQ(kernel->image, root_ / "kernels/6.1/boot/vmlinuz-6.1.0-9-amd64");
  EXPECT_EQ(kernel->modules, root_ / "kernels/6.1/lib/modules/6.1.0-9-amd64");
  EXPECT_EQ(kernel->build, root_ / "kernels/6.1/usr/src/linux-headers-6.1.0-9-amd64");
  EXPECT_EQ(kernel->identity, "linux-image 1, linux-kbuild 2");
  // Without a word of the network.
  EXPECT_EQ(kernels.provide("6.1", {}, {})->release, "6.1.0-9-amd64");
  ASSERT_THAT(kernels.list(), SizeIs(1));
  EXPECT_GT(kernels.list()[0].bytes, 10'000U);
  EXPECT_FALSE(kernels.find("5.10"));
}

TEST_F(KernelCache, WhatIsNotWholeIsNotFound) {
  const fs::path tree = root_ / "kernels/6.1";
  const auto damage = [&](const std::string& what, auto harm) {
    fs::remove_all(tree);
    put_cached("6.1", "6.1.0-9-amd64");
    ASSERT_TRUE(LinuxKernels(root_).find("6.1"));
    harm();
    EXPECT_FALSE(LinuxKernels(root_).find("6.1")) << what;
    EXPECT_THAT(LinuxKernels(root_).list(), IsEmpty()) << what;
  };
  const fs::path build = tree / "usr/src/linux-headers-6.1.0-9-amd64";
  damage("no manifest", [&] { fs::remove(tree / manifest_name); });
  damage("half a manifest", [&] { fs::resize_file(tree / manifest_name, 40); });
  damage("half an image", [&] { fs::resize_file(tree / "boot/vmlinuz-6.1.0-9-amd64", 0x3000); });
  damage("another image", [&] { put(tree / "boot/vmlinuz-6.1.0-9-amd64", image("6.1.0-9-other")); });
  damage("no symbols", [&] { fs::remove(build / "Module.symvers"); });
  damage("no modules", [&] { fs::remove_all(tree / "lib"); });
  damage("modpost is no program", [&] { fs::permissions(build / "scripts/mod/modpost", fs::perms(0644)); });
}

TEST_F(KernelCache, AFetchUnderWayIsNotFound) {
  put_cached("6.1", "6.1.0-9-amd64");
  fs::rename(root_ / "kernels/6.1", root_ / "kernels/.fetch-6.1-x");
  EXPECT_THAT(LinuxKernels(root_).list(), IsEmpty());
}

TEST_F(KernelCache, RemovingTakesAlsoWhatAKilledFetchLeft) {
  put_cached("6.1", "6.1.0-9-amd64");
  put_cached("6.12", "6.12.9-amd64");
  put(root_ / "kernels/.fetch-6.1-abc/tree/x", "");
  const LinuxKernels kernels(root_);
  EXPECT_TRUE(kernels.remove("6.1", {}, {}).value());
  EXPECT_FALSE(fs::exists(root_ / "kernels/6.1"));
  EXPECT_FALSE(fs::exists(root_ / "kernels/.fetch-6.1-abc"));
  EXPECT_FALSE(kernels.remove("6.1", {}, {}).value());
  EXPECT_TRUE(kernels.find("6.12"));
}

TEST_F(KernelCache, AnUnknownSeriesIsAMistakeOfTheCommandLine) {
  const LinuxKernels kernels(root_);
  EXPECT_THAT(kernel_series(), ElementsAre("5.10", "6.1", "6.12"));
  const auto unknown = kernels.provide("../6.1", {}, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().message, HasSubstr("5.10, 6.1, 6.12"));
  EXPECT_FALSE(kernels.remove("..", {}, {}));
}

TEST_F(KernelCache, AManifestReadsBack) {
  const KernelManifest manifest{.series = "6.1",
                                .release = "r",
                                .packages = {"a 1", "b 2"},
                                .image = "boot/i",
                                .modules = "lib/m",
                                .build = "usr/b",
                                .image_digest = "0f",
                                .symbols_digest = "1f",
                                .bytes = 5'000'000'000};
  const auto read = parse_manifest(to_text(manifest));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(to_text(*read), to_text(manifest));
}

TEST_F(KernelCache, AManifestThatLeadsElsewhereIsRefused) {
  for (const char* path : {"/etc/passwd", "../../x", "boot/../../x", ""}) {
    const KernelManifest manifest{.series = "6.1",
                                  .release = "r",
                                  .packages = {},
                                  .image = path,
                                  .modules = "m",
                                  .build = "b",
                                  .image_digest = "",
                                  .symbols_digest = ""};
    EXPECT_FALSE(parse_manifest(to_text(manifest))) << path;
  }
  EXPECT_FALSE(parse_manifest("{}"));
  EXPECT_FALSE(parse_manifest("[]"));
  EXPECT_FALSE(parse_manifest(R"({"schema": "memgrade/kernel/v0"})"));
}

}  // namespace
}  // namespace memgrade::vm
