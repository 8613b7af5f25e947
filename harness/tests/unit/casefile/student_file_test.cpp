#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <harness/base/files.hpp>
#include <harness/casefile/student_file.hpp>

namespace memgrade::casefile {
namespace {

class StudentFileTest : public testing::Test {
 protected:
  StudentFile read(std::string_view text) {
    EXPECT_TRUE(write_file(directory_->path() / "student.yaml", text));
    return read_student_file(directory_->path());
  }
  Result<TempDir> directory_ = TempDir::make(fs::temp_directory_path(), "memgrade-student-");
};

TEST_F(StudentFileTest, IsOptional) {
  const StudentFile none = read_student_file(directory_->path());
  EXPECT_FALSE(none.student);
  EXPECT_TRUE(none.diagnostics.empty());
}

TEST_F(StudentFileTest, NamesATeam) {
  const StudentFile file =
      read("id: t7\nname: 第七组\nmembers:\n  - {id: a, name: Ann, share: 0.5}\n  - {id: b}\n");
  ASSERT_TRUE(file.student);
  EXPECT_EQ(file.student->id, "t7");
  EXPECT_EQ(file.student->name, "第七组");
  ASSERT_EQ(file.student->members.size(), 2U);
  EXPECT_EQ(file.student->members[0].share, 0.5);
  EXPECT_EQ(file.student->members[1].share, 1);
}

TEST_F(StudentFileTest, SaysWhatIsWrongAndWhere) {
  const StudentFile file = read("id: t7\nnmae: x\nmembers: [{name: y, share: 2}]\n");
  EXPECT_FALSE(file.student);
  std::vector<std::string> texts;
  for (const CaseDiagnostic& diagnostic : file.diagnostics) texts.push_back(diagnostic.text());
  EXPECT_THAT(texts, testing::Contains(testing::HasSubstr("student.yaml:2:1: ")));
  EXPECT_THAT(texts, testing::Contains(testing::HasSubstr("student.yaml:3:")));
}

TEST_F(StudentFileTest, GrantsNoScoreAndNoEarlyDate) {
  EXPECT_FALSE(read("id: t7\nscore: 10\n").student);
  EXPECT_FALSE(read("id: t7\nlate: false\n").student);
}

TEST_F(StudentFileTest, AnEmptyOrMissingIdIsSaid) {
  for (const char* text : {"id: ''\nname: Ada\n", "id: ' '\n", "name: Ada\n"}) {
    const StudentFile file = read(text);
    EXPECT_FALSE(file.student) << text;
    ASSERT_EQ(file.diagnostics.size(), 1U) << text;
    EXPECT_THAT(file.diagnostics[0].text(), testing::HasSubstr("so the folder's name is taken"));
  }
  EXPECT_TRUE(read("labs: {vmsim: {build: make}}\n").diagnostics.empty()) << "it is about nobody";
}

TEST_F(StudentFileTest, FollowsNoLink) {
  std::error_code error;
  fs::create_symlink("/etc/passwd", directory_->path() / "student.yaml", error);
  const StudentFile file = read_student_file(directory_->path());
  EXPECT_FALSE(file.student);
  EXPECT_FALSE(file.diagnostics.empty());
}

}  // namespace
}  // namespace memgrade::casefile
