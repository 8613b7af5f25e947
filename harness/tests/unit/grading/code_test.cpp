// Which of a student's files a person reads, and when they count as changed.
#include <gmock/gmock.h>

#include <harness/grading/code.hpp>
#include <harness/tests/unit/grading/run_fixture.hpp>
#include <ranges>

namespace memgrade::grading {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CodeOf : public testing::RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    lab_.name = "ktest";
    lab_.identify = {"ktest.c", "notes-*.txt"};
    lab_.ignore = {"data.c", "*.bin"};
    put(root_ / "ktest.c", "int init(void);\n");
  }
  Code read(const std::vector<fs::path>& others = {}) { return read_code(lab_, root_, others); }
  std::vector<std::string> names() {
    const Code code = read();
    const auto keys = std::views::keys(code.files);
    return {keys.begin(), keys.end()};
  }

  Lab lab_;
};

TEST_F(CodeOf, SourcesAndMakefilesAreReadAndWhatABuildLeavesIsNot) {
  for (const char* name :
       {"src/walk.h", "Makefile", "Kbuild", "notes-1.txt", "link.lds", "ktest.o", "ktest.ko", "ktest.mod.c",
        "CMakeFiles/probe.c", ".git/hook.c", "data.c", "out.txt", "vm"})
    put(root_ / name, "x");
  EXPECT_THAT(names(), ElementsAre("Kbuild", "Makefile", "ktest.c", "link.lds", "notes-1.txt", "src/walk.h"));
}

TEST_F(CodeOf, DigestFollowsNamesAndBytesAndNothingElse) {
  const std::string before = read().digest;
  EXPECT_FALSE(before.empty());
  put(root_ / "ktest.ko", "built");
  fs::last_write_time(root_ / "ktest.c", fs::file_time_type::clock::now() - std::chrono::hours(5));
  EXPECT_EQ(read().digest, before);
  put(root_ / "ktest.c", "int init(void); \n");
  EXPECT_NE(read().digest, before);
  put(root_ / "ktest.c", "int init(void);\n");
  EXPECT_EQ(read().digest, before);
  put(root_ / "more.c", "");
  EXPECT_NE(read().digest, before);
}

TEST_F(CodeOf, TwoFilesAreNotOneThatHoldsBoth) {
  fs::remove(root_ / "ktest.c");
  put(root_ / "a.c", "1b.c2");
  const std::string one = read().digest;
  put(root_ / "a.c", "1");
  put(root_ / "b.c", "2");
  EXPECT_NE(read().digest, one);
}

TEST_F(CodeOf, AnotherLabsWorkBelowIsNotRead) {
  put(root_ / "vm/vm.c", "int main(void) {}\n");
  EXPECT_EQ(read({root_, root_ / "vm"}).files.size(), 1U);
  EXPECT_EQ(read({root_}).files.size(), 2U);
  // Work that stands above this one is no reason to leave it out.
  EXPECT_EQ(read_code(lab_, root_ / "vm", {root_, root_ / "vm"}).files.size(), 1U);
}

TEST_F(CodeOf, WhatIsTooLargeIsNamedAndItsSizeStillCounts) {
  put(root_ / "big.c", std::string((1U << 20) + 1, 'x'));
  const Code code = read();
  EXPECT_EQ(code.files.size(), 1U);
  EXPECT_THAT(code.left_out, ElementsAre(HasSubstr("big.c: larger than 1 MiB")));
  put(root_ / "big.c", std::string((1U << 20) + 2, 'x'));
  EXPECT_NE(read().digest, code.digest);
}

TEST_F(CodeOf, LinksAreNotFollowed) {
  put(root_.parent_path() / (root_.filename().string() + "-secret"), "secret");
  fs::create_symlink(root_.parent_path() / (root_.filename().string() + "-secret"), root_ / "link.c");
  EXPECT_THAT(names(), ElementsAre("ktest.c"));
  fs::remove(root_.parent_path() / (root_.filename().string() + "-secret"));
}

TEST_F(CodeOf, NothingThereHasNoDigest) {
  EXPECT_EQ(read_code(lab_, root_ / "none", {}).digest, "");
  fs::create_directories(root_ / "empty");
  EXPECT_EQ(read_code(lab_, root_ / "empty", {}).digest, "");
}

TEST_F(CodeOf, ComesBackFromARun) {
  put(root_ / "latin.c", "// caf\xe9\n");
  const Code code = read();
  const fs::path run = root_ / "run";
  ASSERT_TRUE(store_code(run, "ktest", code));
  const auto again = load_code(run, "ktest");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->digest, code.digest);
  EXPECT_EQ(again->files.at("ktest.c"), code.files.at("ktest.c"));
  EXPECT_EQ(again->files.at("latin.c"), "// caf\xEF\xBF\xBD\n");
  const auto none = load_code(run, "vmsim");
  ASSERT_TRUE(none);
  EXPECT_THAT(none->files, IsEmpty());
  put(run / "evidence/ktest/code.json", "{}");
  EXPECT_FALSE(load_code(run, "ktest"));
}

}  // namespace
}  // namespace memgrade::grading
