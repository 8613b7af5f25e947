// Named groups of checks.
#include <gmock/gmock.h>
#include <harness/tests/unit/casefile/cases_on_disk.hpp>

namespace memgrade::casefile::test {
namespace {

using ::testing::ElementsAre;

class Groups : public CasesOnDisk {
 protected:
  void SetUp() override {
    CasesOnDisk::SetUp();
    change("demo/lab.yaml", "tasks: [build, counts]", R"(groups:
  ends:
    - exits: {run: "{run}", status: "{status}", gate: true, cap: 0.5, title: "the run {run} ends with {status}"}
    - matches: {line: 'x{16} {run}'}
  fixed:
    - builds:
tasks: [build, counts])");
    change("demo/counts.yaml", "  - exits: {run: book, gate: true, cap: 0.5}\n",
           "  - group: {name: ends, run: book, status: 3}\n  - group: fixed\n");
  }
};

TEST_F(Groups, StandInTheirPlacesWithTheirValues) {
  const auto loaded = load_lab(path("demo"), vocabulary_);
  ASSERT_EQ(diagnostics(), std::vector<std::string>());
  const std::vector<CheckSpec>& judge = loaded.labs.at(0).tasks.at(1).judge;
  ASSERT_EQ(judge.size(), 5U);
  EXPECT_EQ(judge[0].checker, "exits");
  EXPECT_EQ(judge[0].params["run"], "book");
  EXPECT_EQ(judge[0].params["status"], 3) << "a value keeps its type";
  EXPECT_TRUE(judge[0].gate);
  EXPECT_EQ(judge[0].title, "the run book ends with 3");
  EXPECT_EQ(judge[1].params["line"][0], "x{16} book") << "a number in braces is an expression's";
  EXPECT_EQ(judge[2].checker, "builds");
  EXPECT_EQ(judge[3].checker, "one_of");
}

TEST_F(Groups, MistakesAreShownWhereAGroupIsUsed) {
  change("demo/counts.yaml", "group: fixed", "group: fxied");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/counts.yaml:10:12: lab.yaml has no group 'fxied'; did you mean 'fixed'?"));
}

TEST_F(Groups, ValuesThatAreMissingOrNotAskedFor) {
  change("demo/counts.yaml", "{name: ends, run: book, status: 3}", "{name: ends, run: book, stauts: 3}");
  EXPECT_THAT(diagnostics(), ::testing::IsSupersetOf(
                                 {"demo/counts.yaml:9:12: the group 'ends' needs a value 'status'",
                                  "demo/counts.yaml:9:12: nothing in the group 'ends' asks for 'stauts'"}));
}

TEST_F(Groups, TheirChecksAreCheckedAsOthersAre) {
  change("demo/counts.yaml", "status: 3", "status: 300");
  EXPECT_THAT(diagnostics(), ElementsAre(::testing::HasSubstr("demo/counts.yaml:9:44: ")));
  change("demo/lab.yaml", "- builds:", "- bilds:");
  EXPECT_THAT(diagnostics(), ::testing::Contains(::testing::HasSubstr("demo/counts.yaml:10:12: ")));
}

TEST_F(Groups, AGroupWithoutANameOrAListIsAMistake) {
  change("demo/counts.yaml", "group: fixed", "group:");
  EXPECT_THAT(diagnostics(), ElementsAre(::testing::HasSubstr("a group is named")));
  change("demo/counts.yaml", "group:\n", "group: fixed\n");
  change("demo/lab.yaml", "    - builds:", "    builds:");
  EXPECT_THAT(diagnostics(), ElementsAre(::testing::HasSubstr("is no list of checks")));
}

}  // namespace
}  // namespace memgrade::casefile::test
