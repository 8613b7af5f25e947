#include <gmock/gmock.h>
#include <harness/tests/unit/casefile/cases_on_disk.hpp>

namespace memgrade::casefile::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The checkers `exits` and `builds` name things: a run, a step of it, rules, and by default the step
// `before`.
class Names : public CasesOnDisk {
 protected:
  void SetUp() override {
    CasesOnDisk::SetUp();
    vocabulary_.checkers[1].fields[0].refers_to = Reference{"run"};
    vocabulary_.checkers[1].fields.push_back({.key = "step",
                                              .type = FieldType::name,
                                              .list = true,
                                              .doc = "",
                                              .refers_to = Reference{"step", "run"}});
    vocabulary_.checkers[0].fields = {
        {.key = "rules", .list = true, .doc = "", .refers_to = Reference{.kind = "rule", .glob = true}},
        {.key = "weights", .type = FieldType::number, .map = true, .doc = "", .refers_to = Reference{"rule"}},
        {.key = "before",
         .fallback = "before",
         .doc = "",
         .refers_to = Reference{.kind = "start", .by_default = true}},
        {.key = "colour", .doc = "", .refers_to = Reference{"colour"}}};
    vocabulary_.collectors[0].names = [this](const Json& lab, const Json& task) {
      NameTable names = {{"rule", {"buddy.leak", "buddy.overlap"}}, {"start", starts_}};
      for (const auto& [set, unused] : lab.at("data").items()) names["data set"].push_back(set);
      for (const Json& run : task.value("runs", Json::array())) names["run"].push_back(run.value("run", ""));
      names["step of book"] = {"load", "unload"};
      return names;
    };
  }
  std::vector<std::string> starts_ = {"before"};
};

TEST_F(Names, ThatAreKnownAreNoMistakes) {
  change("demo/counts.yaml", "exits: {run: book,", "exits: {run: book, step: [load, unload],");
  change("demo/build.yaml", "builds:", "builds: {rules: ['buddy.*', buddy.leak], weights: {buddy.leak: 2}}");
  EXPECT_THAT(diagnostics(), IsEmpty());
}

TEST_F(Names, OfNothingAreToldWithTheirPlace) {
  change("demo/counts.yaml", "exits: {run: book,", "exits: {run: boook,");
  change("demo/build.yaml", "builds:", "builds: {rules: [buddy.laek, 'body.*'], weights: {buddy.leek: 2}}");
  EXPECT_THAT(
      diagnostics(),
      ElementsAre("demo/build.yaml:6:22: no rule that matches 'buddy.laek'; did you mean 'buddy.leak'?",
                  "demo/build.yaml:6:34: no rule that matches 'body.*'; there is buddy.leak, buddy.overlap",
                  "demo/build.yaml:6:55: no rule 'buddy.leek'; did you mean 'buddy.leak'?",
                  "demo/counts.yaml:9:18: no run 'boook'; did you mean 'book'?"));
}

TEST_F(Names, AreLookedUpInTheirOwner) {
  change("demo/counts.yaml", "exits: {run: book,", "exits: {run: book, step: [load, unlaod],");
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/counts.yaml:9:37: 'book' has no step 'unlaod'; did you mean 'unload'?"));
}

TEST_F(Names, OfAnUnknownOwnerAreNoMistakesOfTheirOwn) {
  change("demo/counts.yaml", "exits: {run: book,", "exits: {run: boook, step: laod,");
  EXPECT_THAT(diagnostics(), ElementsAre("demo/counts.yaml:9:18: no run 'boook'; did you mean 'book'?"));
}

TEST_F(Names, ThatStandByDefaultAreLookedUpToo) {
  starts_ = {};
  EXPECT_THAT(diagnostics(), ElementsAre("demo/build.yaml:6:5: no start 'before'; there is none"));
}

TEST_F(Names, OfAKindThatTheCollectorDoesNotListAreLeftAlone) {
  change("demo/build.yaml", "builds:", "builds: {colour: red}");
  EXPECT_THAT(diagnostics(), IsEmpty());
}

TEST_F(Names, InLabYamlAreLookedUpAsWell) {
  change("demo/lab.yaml", "tasks:", "starter: {from: demo, data: bokk}\ntasks:");
  EXPECT_THAT(diagnostics(), ElementsAre("demo/lab.yaml:22:29: no data set 'bokk'; did you mean 'book'?"));
}

}  // namespace
}  // namespace memgrade::casefile::test
