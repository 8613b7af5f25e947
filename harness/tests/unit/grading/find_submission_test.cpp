#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <harness/base/files.hpp>
#include <harness/grading/find_submission.hpp>

namespace memgrade::grading {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FindSubmissionTest : public ::testing::Test {
 protected:
  FindSubmissionTest() {
    Lab lab;
    lab.name = "vmsim";
    lab.collector = "program";
    lab.identify = {"vm.c", "src/vm.c"};
    lab.settings["recognise"] = {{"words", {"tlb", "page table", "frame"}}, {"at_least", 2}};
    labs_.push_back(lab);
  }
  void write(const fs::path& name, std::string_view text = "int main() {}") {
    ASSERT_TRUE(make_directories((directory_->path() / name).parent_path()));
    ASSERT_TRUE(write_file(directory_->path() / name, text));
  }
  Result<Submission> find(bool named, const Guidance& guidance = {}) {
    return locate(directory_->path(), labs_,
                  named ? std::vector<Selection>{{"vmsim", ""}} : std::vector<Selection>(), guidance);
  }
  std::vector<std::string> places(const Submission& submission) {
    std::vector<std::string> names;
    for (const PlaceOfWork& place : submission.lab_submissions.at(0).places)
      names.push_back(place.directory.lexically_relative(submission.directory).string());
    return names;
  }
  std::vector<Lab> labs_;
  Result<TempDir> directory_ = TempDir::make(fs::temp_directory_path(), "memgrade-find-");
};

TEST_F(FindSubmissionTest, PutsAFinalOneBeforeADraft) {
  write("draft/vm.c");
  write("final/vm.c");
  write("middle/vm.c");
  EXPECT_THAT(places(*find(false)), ElementsAre("final", "middle", "draft"));
}

TEST_F(FindSubmissionTest, ReadsSourcesWhoseNamesSayNothing) {
  write("main.c", "/* TLB, frames */ int main(void) {}");
  EXPECT_THAT(places(*find(false)), ElementsAre("."));
}

TEST_F(FindSubmissionTest, TakesAnySourceWhenThePersonNamesTheLab) {
  write("lab/a.c", "int x;");
  EXPECT_FALSE(find(false));
  EXPECT_THAT(places(*find(true)), ElementsAre("lab"));
}

TEST_F(FindSubmissionTest, BuildsWhereTheMakefileStands) {
  write("work/Makefile", "all:");
  write("work/src/mmu.c", "/* TLB, frames */ int main(void) {}");
  EXPECT_THAT(places(*find(false)), ElementsAre("work"));
}

TEST_F(FindSubmissionTest, HearsTheTeacherBeforeTheStudent) {
  write("vm.c");
  write("two/vm.c");
  write("student.yaml", "id: s1\nlabs: {vmsim: {directory: two, run: ./a}}\n");
  auto found = find(false);
  EXPECT_THAT(places(*found), ElementsAre("two"));
  EXPECT_EQ(found->lab_submissions[0].told.run.at(0).source, "student.yaml:2:37");
  const auto beside = TempDir::make(fs::temp_directory_path(), "memgrade-overrides-");
  const Guidance guidance{beside->path() / "overrides.yaml", {}, {}};
  ASSERT_TRUE(write_file(*guidance.overrides,
                         "students: {s1: {labs: {vmsim: {run: ./b}}}, s2: {labs: {vmsim: {rnu: x}}}}\n"));
  found = find(false, guidance);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->lab_submissions[0].told.run.at(0).text, "./b");
  EXPECT_FALSE(found->lab_submissions[0].told.run.at(0).of_student);
  ASSERT_TRUE(write_file(*guidance.overrides, "students: {s1: {labs: {vmsim: {rnu: ./b}}}}\n"));
  EXPECT_THAT(find(false, guidance).error().text(), HasSubstr("rnu"));
}

TEST_F(FindSubmissionTest, PassesOverAStudentsPlaceOutside) {
  write("vm.c");
  write("student.yaml", "labs: {vmsim: {directory: ../..}}\n");
  const auto found = find(false);
  ASSERT_TRUE(found);
  EXPECT_THAT(places(*found), ElementsAre("."));
  EXPECT_THAT(found->notes, ElementsAre(HasSubstr("student.yaml:1:27")));
}

}  // namespace
}  // namespace memgrade::grading
