#include <gmock/gmock.h>
#include <harness/collect/program/case_names.hpp>

namespace memgrade::collect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CaseNames : public ::testing::Test {
 protected:
  // "pointer: message" of each mistake.
  std::vector<std::string> mistakes() const {
    std::vector<std::string> texts;
    for (const SettingDiagnostic& one : inspect_program(lab, task))
      texts.push_back(one.pointer + ": " + one.message);
    return texts;
  }

  Json lab = Json::parse(R"({
    "data": {"book": {"files": {"store.bin": {"name": "text", "params": {"text": "x"}},
                                "trace.txt": {"name": "text", "params": {"text": "1"}}}}},
    "oracle": {"name": "paging", "params": {"trace": "trace.txt", "store": "store.bin", "frames": "{frames}",
                                            "policy": "{policy}"}},
    "forms": [{"arguments": "-n {frames} -p {policy:upper} {trace}"}],
    "call": {"arguments": {"trace": {"file": "trace.txt"}, "frames": {}, "policy": {"spellings": ["{policy:fifo=0,lru=1}"]},
                           "output": {"file": "out.txt", "output": true}},
             "orders": ["frames policy trace"]},
    "probe": {"data": "book", "over": [{"frames": 4, "policy": "fifo"}, {"frames": 8, "policy": "lru"}]}})");
  Json task =
      Json::parse(R"({"runs": [{"run": "a", "data": "book", "with": {"frames": 4, "policy": "fifo"}}]})");
};

TEST_F(CaseNames, OfWhatThereIsAreNoMistakes) {
  EXPECT_THAT(mistakes(), IsEmpty());
}

TEST_F(CaseNames, OfPlaceholdersAreLookedUpInFormsAndSpellings) {
  lab["forms"][0]["arguments"] = "-n {frames} -p {policy:uper} {tarce}";
  lab["call"]["arguments"]["policy"]["spellings"][0] = "{policy:fifo=0,lrv=1}";
  lab["call"]["orders"][0] = "frames polcy";
  EXPECT_THAT(
      mistakes(),
      ElementsAre(
          "lab:/forms/0/arguments: nothing is put in for {tarce}; did you mean 'trace'?",
          "lab:/call/arguments/policy/spellings/0: the table 'fifo=0,lrv=1' of the placeholder {policy} has "
          "no 'lru'",
          "lab:/call/orders/0: 'polcy' is none of `arguments`; did you mean 'policy'?"));
}

TEST_F(CaseNames, OfASettingsValuesAreToldAtTheSetting) {
  task["runs"][0]["with"] = {{"frmaes", 4}, {"policy", "lrv"}};
  EXPECT_THAT(
      mistakes(),
      ElementsAre(
          "/runs/0/with/frmaes: no value for the placeholder {frames}, which the lab's forms or oracle "
          "use; is 'frmaes' meant for it?",
          "/runs/0/with/policy: the oracle knows no policy 'lrv'; did you mean 'lru'?"));
}

TEST_F(CaseNames, OfTheProbesValuesAreToldThere) {
  lab["probe"]["over"][1] = {{"frames", 8}, {"polcy", "lru"}};
  EXPECT_THAT(mistakes(),
              ElementsAre("lab:/probe/over/1/polcy: no value for the placeholder {policy}, which the "
                          "lab's forms or oracle use; is 'polcy' meant for it?"));
}

TEST_F(CaseNames, OfFilesAreLookedUpInTheData) {
  lab["oracle"]["params"]["store"] = "stroe.bin";
  lab["call"]["arguments"]["trace"]["file"] = "tracee.txt";
  EXPECT_THAT(
      mistakes(),
      ElementsAre(
          "lab:/call/arguments/trace/file: no data set has a file 'tracee.txt'; did you mean 'trace.txt'?",
          "lab:/oracle/params/store: no data set has a file 'stroe.bin'; did you mean 'store.bin'?",
          "lab:/oracle/params/store: no data set has a file 'stroe.bin'; did you mean 'store.bin'?"));
}

TEST_F(CaseNames, OfFilesThatOnlyARunBringsAreGood) {
  lab["data"]["book"]["files"].erase("trace.txt");
  lab["probe"]["files"]["trace.txt"] = {{"name", "text"}};
  task["runs"][0]["files"]["trace.txt"] = {{"name", "text"}};
  EXPECT_THAT(mistakes(), IsEmpty());
  task["runs"][0].erase("files");
  EXPECT_THAT(mistakes(),
              ElementsAre("/runs/0/data: there is no file 'trace.txt' here, which the oracle reads"));
}

TEST_F(CaseNames, AreListedForTheLoader) {
  const NameTable names = program_names(lab, task);
  EXPECT_THAT(names.at("run"), ElementsAre("a"));
  EXPECT_THAT(names.at("data set"), ElementsAre("book"));
  EXPECT_THAT(names.at("data file"), ElementsAre("store.bin", "trace.txt"));
  EXPECT_THAT(names.at("true column of translations"), ::testing::Contains("physical"));
}

}  // namespace
}  // namespace memgrade::collect
