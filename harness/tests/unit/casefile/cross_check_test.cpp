// What one case file says of another, and of the folder it stands in.
#include <gmock/gmock.h>
#include <harness/tests/unit/casefile/cases_on_disk.hpp>

namespace memgrade::casefile::test {
namespace {

using ::testing::ElementsAre;

class CrossCheck : public CasesOnDisk {};

TEST_F(CrossCheck, NeedOfATaskThatIsNotThere) {
  change("demo/counts.yaml", "[build]", "[biuld]");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/counts.yaml:5:9: there is no task 'biuld'; did you mean 'build'?"));
}

TEST_F(CrossCheck, CircleOfNeedsIsNamed) {
  change("demo/build.yaml", "points: 1", "points: 1\nneeds: counts");
  EXPECT_THAT(
      diagnostics(),
      ElementsAre("demo/build.yaml:5:8: the tasks need each other in a circle: build → counts → build"));
}

TEST_F(CrossCheck, TaskThatNeedsItself) {
  change("demo/counts.yaml", "[build]", "[build, counts]");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/counts.yaml:5:16: the tasks need each other in a circle: counts → counts"));
}

TEST_F(CrossCheck, ListedTaskWithoutAFile) {
  change("demo/lab.yaml", "[build, counts]", "[build, counts, count]");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/lab.yaml:22:24: the task 'count' has no file count.yaml beside "
                          "lab.yaml; did you mean 'counts'?"));
}

TEST_F(CrossCheck, FileThatIsNotListed) {
  change("demo/lab.yaml", "[build, counts]", "[build]");
  change("demo/lab.yaml", "points: 3", "points: 1");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/counts.yaml:1:1: the task 'counts' is not listed under 'tasks' in lab.yaml"));
}

TEST_F(CrossCheck, CheckForAShapeThatTheLabDoesNotKnow) {
  change("demo/counts.yaml", "visibility: staff", "shapes: [tree]");
  EXPECT_THAT(diagnostics(), ElementsAre(::testing::HasSubstr("this lab knows no shape 'tree'")));
}

// The made-up lab with a collector that tells two shapes apart.
class Variants : public CasesOnDisk {
 protected:
  Variants() {
    vocabulary_.collectors[0].variants = [](const Json&) {
      return std::vector<std::string>{"starter", "tree"};
    };
  }
};

TEST_F(Variants, PointsAddUpForEachOfThem) {
  change("demo/counts.yaml", "points: 2", "points: 2\nshapes: [starter]");
  EXPECT_THAT(diagnostics(), ElementsAre(::testing::HasSubstr(
                                 "the tasks' points for the shape 'tree' add up to 1, the lab says 3")));
  change("demo/counts.yaml", "shapes: [starter]", "shapes: [starter, tree]");
  const auto loaded = load_cases(root_->path(), vocabulary_);
  ASSERT_TRUE(loaded && loaded->diagnostics.empty());
  EXPECT_THAT(loaded->labs.at(0).tasks.at(1).variants, ElementsAre("starter", "tree"));
}

TEST_F(Variants, ATaskMayNeedOnlyWhatIsThereForItsShapes) {
  change("demo/build.yaml", "points: 1", "points: 0\nshapes: [tree]");
  change("demo/lab.yaml", "points: 3", "points: 2");
  EXPECT_THAT(
      diagnostics(),
      ElementsAre(::testing::HasSubstr("the task 'build' is not for every shape that this one is for")));
}

TEST_F(Variants, ATaskForAShapeThatTheLabDoesNotKnow) {
  change("demo/counts.yaml", "points: 2", "points: 2\nshapes: [starter, three]");
  EXPECT_THAT(diagnostics(), ElementsAre(::testing::HasSubstr("no shape 'three'; did you mean 'tree'?")));
}

TEST_F(CrossCheck, TaskListedTwice) {
  change("demo/lab.yaml", "[build, counts]", "[build, counts, build]");
  EXPECT_THAT(diagnostics(), ElementsAre("demo/lab.yaml:22:24: the task 'build' is listed twice"));
}

TEST_F(CrossCheck, TaskNameThatIsNotItsFiles) {
  change("demo/build.yaml", "task: build", "task: counts");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/build.yaml:2:7: the task is called 'counts', its file build.yaml"));
}

TEST_F(CrossCheck, PointsThatDoNotAddUp) {
  change("demo/lab.yaml", "points: 3", "points: 3.5");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/lab.yaml:4:9: the tasks' points add up to 3, the lab says 3.5"));
}

TEST_F(CrossCheck, TenthsAddUp) {
  change("demo/lab.yaml", "points: 3", "points: 0.3");
  change("demo/build.yaml", "points: 1", "points: 0.1");
  change("demo/counts.yaml", "points: 2", "points: 0.2");
  EXPECT_THAT(diagnostics(), ElementsAre());
}

TEST_F(CrossCheck, NoCheckAtAll) {
  change("demo/build.yaml", "judge:\n  - builds:\n", "judge: []\n");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/build.yaml:5:8: 'judge' has no check; only a manual or informational "
                          "task can do without"));
}

TEST_F(CrossCheck, NoJudgeAtAll) {
  change("demo/build.yaml", "judge:\n  - builds:\n", "");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/build.yaml:1:1: 'judge' has no check; only a manual or informational "
                          "task can do without"));
}

TEST_F(CrossCheck, PointsThatNobodyCanEarn) {
  change("demo/build.yaml", "- builds:", "- builds: {gate: true}");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/build.yaml:4:9: nobody can earn these points (1): every check is a "
                          "gate or has no weight"));
}

TEST_F(CrossCheck, LabNameThatIsNotItsFolders) {
  change("demo/lab.yaml", "lab: demo", "lab: demonstration");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/lab.yaml:2:6: the lab is called 'demonstration', its folder 'demo'"));
}

TEST_F(CrossCheck, TwoLabsWithOneName) {
  write("other/lab.yaml", good_lab);
  write("other/build.yaml", good_build);
  write("other/counts.yaml", good_counts);
  EXPECT_THAT(diagnostics(), ElementsAre("other/lab.yaml:2:6: the lab 'demo' is already in demo/lab.yaml:2:6",
                                         "other/lab.yaml:2:6: the lab is called 'demo', its folder 'other'"));
}

TEST_F(CrossCheck, WrongEnding) {
  write("demo/more.yml", good_build);
  EXPECT_THAT(diagnostics(), ElementsAre("demo/more.yml:1:1: a case file is named more.yaml"));
}

TEST_F(CrossCheck, SectionOfTheCollectorIsMissing) {
  const std::size_t from = good_lab.find("program:\n"), to = good_lab.find("tasks:");
  write("demo/lab.yaml", good_lab.substr(0, from) + good_lab.substr(to));
  EXPECT_THAT(diagnostics(), ElementsAre("demo/lab.yaml:1:1: missing key 'argv' under 'program'"));
}

TEST_F(CrossCheck, MistakesOfAllFilesComeTogetherSorted) {
  change("demo/lab.yaml", "title:", "titel:");
  change("demo/lab.yaml", "seed: 7", "seed: x");
  change("demo/lab.yaml", "points: 3", "points: 4");
  change("demo/build.yaml", "- builds:", "- build:");
  change("demo/counts.yaml", "fact: book.page_faults", "fact: bok.page_faults");
  change("demo/counts.yaml", "needs: [build]", "needs: [bild]");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/build.yaml:6:5: unknown checker 'build'; did you mean 'builds'?",
                          "demo/counts.yaml:5:9: there is no task 'bild'; did you mean 'build'?",
                          "demo/lab.yaml:1:1: missing key 'title'",
                          "demo/lab.yaml:3:1: unknown key 'titel'; did you mean 'title'?",
                          "demo/lab.yaml:4:9: the tasks' points add up to 3, the lab says 4",
                          "demo/lab.yaml:18:45: 'seed': expected a whole number, found the text 'x'"));
}

TEST_F(CrossCheck, LabWithAMistakeIsNotReturned) {
  change("demo/build.yaml", "title:", "titel:");
  const auto loaded = load_cases(root_->path(), made_up_vocabulary());
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->labs.empty());
}

}  // namespace
}  // namespace memgrade::casefile::test
