// What of a submission is work, and what is set aside.
#include <gmock/gmock.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <fstream>
#include <harness/base/files.hpp>
#include <harness/collect/handed_in.hpp>

namespace memgrade::collect {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::string_view_literals;

class HandedInTest : public ::testing::Test {
 protected:
  void put(const fs::path& name, std::string_view bytes = "int a;\n") const {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << bytes;
  }
  void put_large(const fs::path& name, std::uint64_t size) const {
    put(name, "");
    fs::resize_file(root() / name, size);
  }
  HandedIn found() const {
    auto result = look_through(root());
    EXPECT_TRUE(result) << result.error().text();
    return result ? std::move(*result) : HandedIn{};
  }
  fs::path root() const { return scratch_->path() / "in"; }
  fs::path copy() const { return scratch_->path() / "copy"; }

  Result<TempDir> scratch_ = TempDir::make(fs::temp_directory_path(), "memgrade-handed-in-");
};

TEST_F(HandedInTest, WhatWasCompiledIsKnownByItsNameOrByHowItBegins) {
  put("vm.c");
  put("vm.o", "");
  put("vm.d", "vm.o: vm.c missing.h\n");
  put("elf",
      "\x7f"
      "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0"sv);
  put("core",
      "\x7f"
      "ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0"sv);
  put("mac", "\xcf\xfa\xed\xfe\7\0\0\1"sv);
  put("bitcode", "BC\xc0\xde!"sv);
  put("windows", "MZ\x90\0\3"sv);
  put("MZ", "MZ is a text\n");
  put("lab.mod.c");
  EXPECT_THAT(found().files, ElementsAre("MZ", "vm.c"));
  EXPECT_THAT(found().set_aside, ElementsAre("bitcode: compiled elsewhere", "core: a core dump",
                                             "elf: compiled elsewhere", "lab.mod.c: compiled elsewhere",
                                             "mac: compiled elsewhere", "vm.d: compiled elsewhere",
                                             "vm.o: compiled elsewhere", "windows: compiled elsewhere"));
}

TEST_F(HandedInTest, WhatEditorsAndFileManagersLeaveIsNoSource) {
  for (const char* name : {"._vm.c", ".DS_Store", "Thumbs.db", "vm.c~", "#vm.c#", ".vm.c.swp", ".#vm.c"})
    put(name);
  put("vm.c");
  put("__MACOSX/vm.c");
  put("#1.c");
  EXPECT_THAT(found().files, ElementsAre("#1.c", "vm.c"));
}

TEST_F(HandedInTest, FoldersOfToolsAreNotEntered) {
  for (const char* name : {".git/a.c", "node_modules/a.c", "__pycache__/a.c", "target/CACHEDIR.TAG",
                           "target/a.c", "build/CMakeCache.txt", "build/a.c"})
    put(name);
  put("within/CMakeCache.txt");
  put("within/CMakeLists.txt");
  put("within/vm.c");
  put("plain/build/b.c");
  EXPECT_THAT(found().files, ElementsAre("plain/build/b.c", "within/CMakeLists.txt", "within/vm.c"));
}

TEST_F(HandedInTest, TooDeepIsToldAndNotCopied) {
  fs::path deep;
  for (int i = 0; i < kMostFolders + 1; ++i) deep /= "d";
  put(deep / "a.c");
  put("vm.c");
  const auto left = copy_work(root(), copy());
  ASSERT_TRUE(left);
  EXPECT_THAT(*left, ElementsAre(HasSubstr("nested too deeply")));
}

TEST_F(HandedInTest, WhatIsLargeAndNotNeededIsNotCounted) {
  put("vm.c");
  put_large("disk", kMostWorkBytes * 20);
  put_large("demo.mp4", kMostDocumentBytes + 1);
  put_large("small.pdf", 1000);
  const auto left = copy_work(root(), copy(), {.bytes = 10'000, .files = 10});
  ASSERT_TRUE(left) << left.error().text();
  EXPECT_THAT(*left,
              ElementsAre("demo.mp4: 1 MiB, which no build needs", "disk: 640 MiB, which no build needs"));
  EXPECT_TRUE(fs::exists(copy() / "small.pdf"));
}

TEST_F(HandedInTest, TooMuchIsTheLabsAloneAndNamesTheLargest) {
  put_large("a.txt", 5U << 20);
  put_large("b.txt", 6U << 20);
  const auto bytes = copy_work(root(), copy(), {.bytes = 10U << 20, .files = 10});
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().kind, ErrorKind::infrastructure);
  EXPECT_THAT(bytes.error().message, HasSubstr("the largest files are b.txt (6 MiB), a.txt (5 MiB)"));
  for (int i = 0; i < 9; ++i) put("data/" + std::to_string(i));
  EXPECT_THAT(copy_work(root(), copy(), {.bytes = 99U << 20, .files = 10}).error().message,
              AllOf(HasSubstr("12 files and folders, 9 of them in"), HasSubstr("data")));
}

TEST_F(HandedInTest, UnreadableWorkIsNeverLeftOut) {
  put("src/vm.c");
  put("report.pdf");
  fs::permissions(root() / "src/vm.c", fs::perms::none);
  fs::permissions(root() / "report.pdf", fs::perms::none);
  if (geteuid() == 0) {
    fs::permissions(scratch_->path(), fs::perms(0755));
    setfsuid(65534);  // of this thread: root would read it
  }
  const HandedIn seen = found();
  const auto copied = copy_work(root(), copy());
  const auto read = read_work(root(), "src/vm.c", 100);
  setfsuid(geteuid());
  EXPECT_THAT(seen.unreadable, ElementsAre("report.pdf", "src/vm.c"));
  for (const Error& error : {copied.error(), read.error()}) {
    EXPECT_EQ(error.kind, ErrorKind::infrastructure);
    EXPECT_EQ(error.message, "permission denied: src/vm.c");
  }
}

TEST_F(HandedInTest, Utf16IsKnownWithAndWithoutItsMark) {
  EXPECT_THAT(why_no_source("\xff\xfe#\0i\0"sv), HasSubstr("UTF-16"));
  EXPECT_THAT(why_no_source("#\0i\0n\0c\0l\0"sv), HasSubstr("UTF-16"));
  EXPECT_THAT(why_no_source("\0#\0i\0n\0c\0l"sv), HasSubstr("UTF-16"));
  EXPECT_THAT(why_no_source("\xef\xbb\xbf#include"), IsEmpty());
  EXPECT_THAT(why_no_source("int main"), IsEmpty());
  EXPECT_THAT(why_no_source(""), IsEmpty());
}

}  // namespace
}  // namespace memgrade::collect
