// Links and odd names of a submission, and which of several is meant.
#include <gmock/gmock.h>

#include <harness/base/files.hpp>
#include <harness/grading/several.hpp>
#include <harness/grading/tidy.hpp>
#include <harness/tests/unit/grading/run_fixture.hpp>

namespace memgrade::grading {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Tidy : public testing::RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    top_ = fs::canonical(root_) / "ada";
    fs::create_directories(top_ / "lab");
  }
  Tidied tidied() const {
    auto result = tidy(top_, collect::look_through(top_).value());
    EXPECT_TRUE(result) << result.error().text();
    return result ? std::move(*result) : Tidied{};
  }
  fs::path top_;
};

TEST_F(Tidy, WhatStandsAtItsPlaceIsNotCopied) {
  put(top_ / "lab/vm.c", "a");
  EXPECT_EQ(tidied().copy, nullptr);
}

TEST_F(Tidy, LinksWithinAreFollowed) {
  put(top_ / "common/vm.c", "a");
  fs::create_symlink("../common/vm.c", top_ / "lab/vm.c");
  fs::create_symlink("lab", top_ / "latest");
  const Tidied made = tidied();
  ASSERT_TRUE(made.copy);
  EXPECT_EQ(read_file(made.copy->path() / "lab/vm.c").value_or(""), "a");
  EXPECT_EQ(read_file(made.copy->path() / "latest/vm.c").value_or(""), "a");
  EXPECT_FALSE(fs::is_symlink(made.copy->path() / "lab/vm.c"));
  EXPECT_THAT(made.linked_folders, ElementsAre("latest"));
}

TEST_F(Tidy, LinksOutAndRoundAreToldAndNotFollowed) {
  put(top_.parent_path() / "secret", "x");
  put(top_.parent_path() / "ada2/secret", "x");
  fs::create_symlink("../../secret", top_ / "lab/a");
  fs::create_symlink("../../ada2/secret", top_ / "lab/b");
  fs::create_symlink("nowhere", top_ / "lab/c");
  fs::create_symlink("..", top_ / "lab/d");
  const Tidied made = tidied();
  EXPECT_EQ(made.copy, nullptr);
  EXPECT_THAT(
      made.notes,
      ElementsAre(HasSubstr("lab/a: a symbolic link out of"), HasSubstr("lab/b: a symbolic link out of"),
                  "lab/c: a symbolic link to nothing", HasSubstr("lab/d: a symbolic link to a folder")));
}

TEST_F(Tidy, BackslashesAreFoldersButLeadNowhereElse) {
  put(top_ / "lab4\\src\\vm.c", "a");
  put(top_ / "..\\..\\out.c", "b");
  put(top_ / "\\root.c", "c");
  const Tidied made = tidied();
  ASSERT_TRUE(made.copy);
  EXPECT_EQ(read_file(made.copy->path() / "lab4/src/vm.c").value_or(""), "a");
  EXPECT_TRUE(fs::exists(made.copy->path() / "..\\..\\out.c"));
  EXPECT_THAT(made.notes, ElementsAre("lab4\\src\\vm.c is taken for lab4/src/vm.c"));
}

TEST(DistinctName, KeepsDifferentBytesApart) {
  EXPECT_EQ(distinct_name("\xd5\xc5 1"), "\\xD5\\xC5 1");
  EXPECT_NE(distinct_name("\xd5\xc5"), distinct_name("\xc0\xee"));
  EXPECT_NE(distinct_name("a\1"), distinct_name("a\2"));
  EXPECT_EQ(distinct_name("张三"), "张三");
}

TEST(ChooseStudentFile, TakesTheOneThatIsMeantAndSaysSo) {
  EXPECT_EQ(choose_student_file({"student.yaml"}).file, "student.yaml");
  EXPECT_THAT(choose_student_file({"student.yaml"}).notes, IsEmpty());
  EXPECT_EQ(choose_student_file({"lab4/student.yml"}).file, "lab4/student.yml");
  EXPECT_THAT(choose_student_file({"lab4/student.yml"}).notes, ElementsAre(HasSubstr("is taken for")));
  EXPECT_EQ(choose_student_file({"a/student.yaml", "b/student.yaml"}).file, std::nullopt);
  EXPECT_THAT(choose_student_file({"a/student.yaml", "student.yaml"}).notes,
              ElementsAre("not used: a/student.yaml: student.yaml in the top folder counts"));
}

class Several : public Tidy {
 protected:
  void place(const std::string& folder, const std::string& text) {
    put(top_ / folder / "a.c", text);
    submission_.directory = top_;
    if (submission_.lab_submissions.empty()) submission_.lab_submissions.push_back({&lab_, top_ / folder});
    work().places.push_back({top_ / folder, {fs::path(folder) / "a.c"}, 0});
  }
  LabSubmission& work() { return submission_.lab_submissions.front(); }
  Lab lab_;
  Submission submission_;
};

TEST_F(Several, TheOneThatIsGradedIsNamed) {
  place("one", "a");
  EXPECT_EQ(which_is_graded(top_, work()), "");
  place("two", "a");
  EXPECT_THAT(which_is_graded(top_, work()), HasSubstr("graded one/a.c; two/a.c also found"));
  EXPECT_FALSE(work().undecided) << "they are the same";
  place("three", "b");
  EXPECT_THAT(which_is_graded(top_, work()), HasSubstr("for a person to decide"));
  EXPECT_TRUE(work().undecided);
}

TEST_F(Several, StudentsInOneFolderAreSeen) {
  place("s2024001", "a");
  place("s2024002/lab", "b");
  EXPECT_THAT(several_students(submission_), HasSubstr("several students (s2024001, s2024002)"));
  place("old", "c");
  work().places.back().rank = 1;
  EXPECT_EQ(several_students(submission_), "") << "a draft is one student's";
}

TEST_F(Several, TwoFoldersAreNoTwoStudents) {
  place("part1", "a");
  place("part2", "b");
  EXPECT_EQ(several_students(submission_), "");
}

}  // namespace
}  // namespace memgrade::grading
