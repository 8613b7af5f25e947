// Which labs a directory holds, and where in it.
#include <gmock/gmock.h>

#include <harness/base/files.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/tests/unit/grading/made_up_labs.hpp>
#include <harness/tests/unit/grading/run_fixture.hpp>

namespace memgrade::grading {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::lab_of;
using testing::task_named;

class FindSubmission : public testing::RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    student_ = fs::canonical(root_) / "ada";
    fs::create_directories(student_);
    Lab vm = lab_of({task_named("build"), task_named("fifo")}, "vm");
    vm.identify = {"vm.c", "src/pager.c"};
    Lab kernel = lab_of({task_named("build")}, "kernel");
    kernel.identify = {"mm.c"};
    kernel.unless = {"answer_key.txt"};
    labs_ = {vm, kernel};
  }
  void file(const std::string& name, const std::string& text = "int main;\n") const {
    put(student_ / name, text);
  }
  Result<Submission> found(const std::vector<Selection>& selections = {}) const {
    return locate(student_, labs_, selections);
  }
  // "vm in src", "kernel in ."
  std::vector<std::string> places() const {
    std::vector<std::string> texts;
    const auto submission = found();
    if (!submission) return {submission.error().message};
    for (const LabSubmission& lab : submission->lab_submissions)
      texts.push_back(lab.lab->name + " in " + lab.directory.lexically_relative(student_).string());
    return texts;
  }

  fs::path student_;
  std::vector<Lab> labs_;
};

TEST_F(FindSubmission, AFileOfALabMakesItsDirectoryTheLabs) {
  file("vm.c");
  EXPECT_THAT(places(), ElementsAre("vm in ."));
}

TEST_F(FindSubmission, SeveralLabsMayStandSideBySide) {
  file("one/vm.c");
  file("two/deep/mm.c");
  EXPECT_THAT(places(), ElementsAre("vm in one", "kernel in two/deep"));
}

TEST_F(FindSubmission, OfSeveralPlacesTheNearestToTheTopIsTaken) {
  file("a/b/vm.c");
  file("z/vm.c");
  EXPECT_THAT(places(), ElementsAre("vm in z"));
}

TEST_F(FindSubmission, OfPlacesAtOneDepthTheOneNamedLikeTheLab) {
  file("a/vm.c");
  file("vm/vm.c");
  EXPECT_THAT(places(), ElementsAre("vm in vm"));
}

TEST_F(FindSubmission, ElseTheFirstByName) {
  file("b/vm.c");
  file("a/vm.c");
  EXPECT_THAT(places(), ElementsAre("vm in a"));
}

TEST_F(FindSubmission, AGlobWithADirectoryNamesTheDirectoryAbove) {
  file("work/src/pager.c");
  EXPECT_THAT(places(), ElementsAre("vm in work"));
}

TEST_F(FindSubmission, EightLevelsBelowAndNoDeeper) {
  file("1/2/3/4/5/6/7/8/vm.c");
  EXPECT_THAT(places(), ElementsAre("vm in 1/2/3/4/5/6/7/8"));
  fs::remove_all(student_ / "1");
  file("1/2/3/4/5/6/7/8/9/vm.c");
  EXPECT_THAT(places(), ElementsAre(HasSubstr("no lab was found here")));
}

TEST_F(FindSubmission, AFileThatSpeaksAgainstItIsLookedAtInThatDirectory) {
  file("mm.c");
  file("answer_key.txt");
  file("mine/mm.c");
  EXPECT_THAT(places(), ElementsAre("kernel in mine"));
}

TEST_F(FindSubmission, NamesWithBlanksAndOtherLettersAreNames) {
  file("my work/第一次/vm.c");
  EXPECT_THAT(places(), ElementsAre("vm in my work/第一次"));
}

TEST_F(FindSubmission, OnlyWhatWasAskedForIsLookedFor) {
  file("vm.c");
  file("mm.c");
  const auto submission = found({{"kernel", ""}});
  ASSERT_TRUE(submission);
  ASSERT_EQ(submission->lab_submissions.size(), 1U);
  EXPECT_EQ(submission->lab_submissions[0].lab->name, "kernel");
}

TEST_F(FindSubmission, WhatWasAskedForAndIsMissingIsNamed) {
  file("vm.c");
  const std::vector<Selection> selections = {{"vm", ""}, {"kernel", ""}};
  const auto submission = found(selections);
  ASSERT_TRUE(submission);
  EXPECT_THAT(labs_not_found(*submission, selections), ElementsAre("kernel"));
  EXPECT_THAT(labs_not_found(*submission, {}), IsEmpty());
}

TEST_F(FindSubmission, NothingFoundSaysWhatWasLookedFor) {
  file("essay.txt");
  const auto submission = found();
  ASSERT_FALSE(submission);
  EXPECT_EQ(submission.error().kind, ErrorKind::nothing_found);
  EXPECT_THAT(submission.error().message, HasSubstr("vm: vm.c, src/pager.c"));
}

TEST_F(FindSubmission, AnEmptyDirectoryAFileAndNoDirectoryAreToldApart) {
  EXPECT_EQ(found().error().kind, ErrorKind::nothing_found);
  EXPECT_THAT(found().error().message, HasSubstr("empty"));
  put(root_ / "vm.c", "");
  const auto on_file = locate(root_ / "vm.c", labs_, {});
  ASSERT_FALSE(on_file);
  EXPECT_THAT(on_file.error().message, HasSubstr("not a directory"));
  const auto on_nothing = locate(root_ / "nobody", labs_, {});
  ASSERT_FALSE(on_nothing);
  EXPECT_THAT(on_nothing.error().message, HasSubstr("no such directory"));
}

TEST_F(FindSubmission, TheStudentIsNamedByTheDirectoryOrByAFile) {
  file("vm.c");
  EXPECT_EQ(found()->student.id, "ada");
  file("student.yaml", "id: s123\nname: Ada Example\n");
  EXPECT_EQ(found()->student.id, "s123");
  EXPECT_EQ(found()->student.name, "Ada Example");
}

TEST_F(FindSubmission, AStudentFileThatIsWrongIsANoteAndTheDirectoryCounts) {
  file("vm.c");
  file("student.yaml", "id: [\n");
  const auto submission = found();
  ASSERT_TRUE(submission);
  EXPECT_EQ(submission->student.id, "ada");
  EXPECT_THAT(submission->notes, ElementsAre(HasSubstr("not used: ")));
}

TEST_F(FindSubmission, LinksOutOfTheDirectoryAreNotFollowed) {
  put(root_ / "elsewhere" / "vm.c", "int main;\n");
  fs::create_directory_symlink(root_ / "elsewhere", student_ / "linked");
  file("readme");
  EXPECT_THAT(places(), ElementsAre(HasSubstr("no lab was found here")));
}

TEST(Selections, AreCheckedAgainstTheLabs) {
  const std::vector<Lab> labs = {lab_of({task_named("build")}, "vm"), lab_of({}, "kernel")};
  const auto both = parse_selections({"vm/build", "kernel"}, labs);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->at(0).lab, "vm");
  EXPECT_EQ(both->at(0).task, "build");
  EXPECT_EQ(both->at(1).task, "");
  EXPECT_TRUE(parse_selections({}, labs)->empty());
  EXPECT_THAT(parse_selections({"kernle"}, labs).error().message, HasSubstr("did you mean 'kernel'"));
  EXPECT_THAT(parse_selections({"vm/biuld"}, labs).error().message, HasSubstr("did you mean 'build'"));
  EXPECT_EQ(parse_selections({"vm/"}, labs)->at(0).task, "");
}

class PlacesOfWork : public ::testing::Test {
 protected:
  PlacesOfWork() {
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

TEST_F(PlacesOfWork, PutsAFinalOneBeforeADraft) {
  write("draft/vm.c");
  write("final/vm.c");
  write("middle/vm.c");
  EXPECT_THAT(places(*find(false)), ElementsAre("final", "middle", "draft"));
}

TEST_F(PlacesOfWork, ReadsSourcesWhoseNamesSayNothing) {
  write("main.c", "/* TLB, frames */ int main(void) {}");
  EXPECT_THAT(places(*find(false)), ElementsAre("."));
}

TEST_F(PlacesOfWork, TakesAnySourceWhenThePersonNamesTheLab) {
  write("lab/a.c", "int x;");
  EXPECT_FALSE(find(false));
  EXPECT_THAT(places(*find(true)), ElementsAre("lab"));
}

TEST_F(PlacesOfWork, BuildsWhereTheMakefileStands) {
  write("work/Makefile", "all:");
  write("work/src/mmu.c", "/* TLB, frames */ int main(void) {}");
  EXPECT_THAT(places(*find(false)), ElementsAre("work"));
}

TEST_F(PlacesOfWork, HearsTheTeacherBeforeTheStudent) {
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

TEST_F(PlacesOfWork, PassesOverAStudentsPlaceOutside) {
  write("vm.c");
  write("student.yaml", "labs: {vmsim: {directory: ../..}}\n");
  const auto found = find(false);
  ASSERT_TRUE(found);
  EXPECT_THAT(places(*found), ElementsAre("."));
  EXPECT_THAT(found->notes, ElementsAre(HasSubstr("student.yaml:1:27")));
}

}  // namespace
}  // namespace memgrade::grading
