// `checkoff` in lab.yaml: what the loader takes, and what it says of rules that could never ask anything.
#include <gmock/gmock.h>
#include <harness/tests/unit/casefile/cases_on_disk.hpp>

namespace memgrade::casefile::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QuestionRules : public CasesOnDisk {
 protected:
  void rules(const std::string& text) const {
    change("demo/lab.yaml", "tasks: [", "checkoff:\n  questions:\n" + text + "tasks: [");
  }
};

TEST_F(QuestionRules, ArriveAsTheyStand) {
  rules(
      "    - {when: 'lock\\((\\w+)', unless: unlock, ask: \"Line {line}: {1}?\"}\n"
      "    - {failed: counts, check: page faults, ask: \"{observed}?\"}\n");
  ASSERT_THAT(diagnostics(), IsEmpty());
  const auto loaded = load_cases(root_->path(), vocabulary_);
  const Lab& lab = loaded->labs.at(0);
  ASSERT_EQ(lab.question_rules.size(), 2U);
  EXPECT_EQ(lab.question_rules[0].when, "lock\\((\\w+)");
  EXPECT_EQ(lab.question_rules[0].unless, "unlock");
  EXPECT_EQ(lab.question_rules[0].ask, "Line {line}: {1}?");
  EXPECT_EQ(lab.question_rules[1].failed, "counts");
  EXPECT_EQ(lab.question_rules[1].check, "page faults");
  EXPECT_EQ(lab.most_questions, 8U);
}

TEST_F(QuestionRules, TheFilesThatAStudentWrites) {
  change("demo/lab.yaml", "tasks: [", "checkoff: {sources: [mm.c, \"kernel/*.c\"]}\ntasks: [");
  const auto loaded = load_cases(root_->path(), vocabulary_);
  EXPECT_THAT(loaded->labs.at(0).question_sources, ElementsAre("mm.c", "kernel/*.c"));
}

TEST_F(QuestionRules, ALabNeedsNone) {
  const auto loaded = load_cases(root_->path(), vocabulary_);
  EXPECT_TRUE(loaded->labs.at(0).question_rules.empty());
  EXPECT_EQ(loaded->labs.at(0).most_questions, 8U);
}

TEST_F(QuestionRules, WhenOrFailedAndNotBoth) {
  rules("    - {ask: why}\n    - {when: a, failed: counts, ask: why}\n");
  EXPECT_THAT(diagnostics(), ElementsAre(HasSubstr("a rule needs 'when' or 'failed'"),
                                         HasSubstr("a rule has 'when' or 'failed', not both")));
}

TEST_F(QuestionRules, KeysOfTheOtherKindMeanNothing) {
  rules("    - {failed: counts, unless: a, ask: why}\n    - {when: a, check: page faults, ask: why}\n");
  EXPECT_THAT(diagnostics(), ElementsAre(HasSubstr("'unless' means nothing without 'when'"),
                                         HasSubstr("'check' means nothing without 'failed'")));
}

TEST_F(QuestionRules, TasksAndChecksAreThere) {
  rules("    - {failed: count, ask: why}\n    - {failed: counts, check: page fault, ask: why}\n");
  EXPECT_THAT(
      diagnostics(),
      ElementsAre(
          "demo/lab.yaml:24:16: there is no task 'count'; did you mean 'counts'?",
          HasSubstr("the task 'counts' has no check called 'page fault'; did you mean 'page faults'?")));
}

TEST_F(QuestionRules, PlaceholdersArePutInSomewhere) {
  rules(
      "    - {when: 'a(b)', ask: '{1} {2}'}\n"
      "    - {when: a, ask: '{observed} {lime}'}\n"
      "    - {failed: counts, ask: '{line} {expected}'}\n");
  EXPECT_THAT(diagnostics(), ElementsAre(HasSubstr("nothing is put in for {2} here"),
                                         HasSubstr("nothing is put in for {lime} here; did you mean 'line'?"),
                                         HasSubstr("nothing is put in for {observed} here"),
                                         HasSubstr("nothing is put in for {line} here")));
}

TEST_F(QuestionRules, AnExpressionThatIsNone) {
  rules("    - {when: '(', ask: why}\n");
  EXPECT_THAT(diagnostics(), ElementsAre(HasSubstr("demo/lab.yaml:24:14: ")));
}

TEST_F(QuestionRules, AnEmptyQuestion) {
  rules("    - {when: a, ask: ' '}\n");
  EXPECT_THAT(diagnostics(), ElementsAre(HasSubstr("'ask' is empty")));
}

TEST_F(QuestionRules, NotMoreThanFitOnASheet) {
  change("demo/lab.yaml", "tasks: [", "checkoff: {most: 13}\ntasks: [");
  EXPECT_THAT(diagnostics(), ElementsAre(HasSubstr("12")));
}

}  // namespace
}  // namespace memgrade::casefile::test
