// A good lab loads, with its defaults and in its order.
#include <gmock/gmock.h>
#include <harness/tests/unit/casefile/cases_on_disk.hpp>

namespace memgrade::casefile::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Load : public CasesOnDisk {
 protected:
  Lab lab() const {
    auto loaded = load_lab(path("demo"), made_up_vocabulary());
    for (const CaseDiagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << diagnostic.text();
    return loaded.labs.empty() ? Lab{} : loaded.labs[0];
  }
};

TEST_F(Load, LabHasItsSettings) {
  const Lab lab = this->lab();
  EXPECT_EQ(lab.name, "demo");
  EXPECT_EQ(lab.title, "A demonstration");
  EXPECT_EQ(lab.summary, "");
  EXPECT_EQ(lab.points, 3);
  EXPECT_EQ(lab.collector, "program");
  EXPECT_THAT(lab.identify, ElementsAre("vm.c"));
  EXPECT_THAT(lab.ignore, IsEmpty());
  EXPECT_TRUE(lab.starter.is_null());
  EXPECT_EQ(lab.directory, path("demo"));
  EXPECT_EQ(lab.place.line, 2);
  EXPECT_EQ(lab.place.column, 6);
}

TEST_F(Load, SettingsAreNormalised) {
  const Lab lab = this->lab();
  EXPECT_EQ(lab.settings, Json::parse(R"({
    "argv": ["vm", "-n"],
    "data": {"book": {"files": {"addresses.txt": {"name": "java_random", "params": {"seed": 7, "count": 1000}}},
                      "replaceable": false}},
    "oracle": {"name": "paging", "params": {"trace": "addresses.txt", "frames": "{frames}", "policy": "fifo"}},
    "limits": {"run": {"memory": 268435456, "wall": 10.0}}})"));
}

TEST_F(Load, FactsKeepTheirDefinitions) {
  const Lab lab = this->lab();
  ASSERT_EQ(lab.facts.size(), 2U);
  EXPECT_EQ(lab.facts[0].name, "page_faults");
  EXPECT_EQ(lab.facts[0].definition,
            Json::parse(R"j({"number": [{"match": "faults: (\\d+)"}], "from": ["stdout"]})j"));
  EXPECT_EQ(lab.facts[1].definition["from"], Json::parse(R"(["stdout", "files"])"));
}

TEST_F(Load, TasksComeInTheOrderOfTheLab) {
  change("demo/lab.yaml", "[build, counts]", "[counts, build]");
  const Lab lab = this->lab();
  ASSERT_EQ(lab.tasks.size(), 2U);
  EXPECT_EQ(lab.tasks[0].name, "counts");
  EXPECT_EQ(lab.tasks[1].name, "build");
}

TEST_F(Load, TaskHasItsChecks) {
  const Lab lab = this->lab();
  ASSERT_EQ(lab.tasks.size(), 2U);
  const Task& task = lab.tasks[1];
  EXPECT_EQ(task.points, 2);
  ASSERT_EQ(task.needs.size(), 1U);
  EXPECT_EQ(task.needs[0].task, "build");
  EXPECT_EQ(task.needs[0].at_least, TaskStatus::pass);
  EXPECT_EQ(task.collect, Json::parse(R"({"runs": [{"run": "book", "data": "book",
      "with": {"frames": 256, "policy": "lru", "spare": [1, "two"]}}]})"));
  ASSERT_EQ(task.judge.size(), 3U);
  EXPECT_TRUE(task.judge[0].gate);
  EXPECT_EQ(task.judge[0].cap, 0.5);
  EXPECT_EQ(task.judge[0].params, Json::parse(R"({"run": "book", "status": 0})"));
  EXPECT_EQ(task.judge[2].weight, 2);
  EXPECT_EQ(task.judge[2].hint, "count again");
  EXPECT_EQ(task.judge[2].visibility, Visibility::staff);
  EXPECT_EQ(task.judge[2].place.line, 11);
}

TEST_F(Load, TitleComesFromTheFactOrTheChecker) {
  const Lab lab = this->lab();
  ASSERT_EQ(lab.tasks.size(), 2U);
  EXPECT_EQ(lab.tasks[0].judge[0].title, "builds");
  EXPECT_EQ(lab.tasks[1].judge[1].title, "page faults");
  EXPECT_EQ(lab.tasks[1].judge[2].title, "rows");
}

TEST_F(Load, NeedMayAskForPartialCredit) {
  change("demo/counts.yaml", "needs: [build]", "needs: {task: build, at_least: partial}");
  const Lab lab = this->lab();
  ASSERT_EQ(lab.tasks.size(), 2U);
  EXPECT_EQ(lab.tasks[1].needs[0].at_least, TaskStatus::partial);
}

TEST_F(Load, CheckerMayStandWithoutKeys) {
  for (const std::string form : {"- builds", "- builds:", "- builds: {}", "- {builds: }"}) {
    write("demo/build.yaml", "schema: 1\ntask: build\ntitle: Builds\npoints: 1\njudge:\n  " + form + "\n");
    const Lab lab = this->lab();
    ASSERT_EQ(lab.tasks.size(), 2U) << form;
    EXPECT_EQ(lab.tasks[0].judge[0].params, Json::object()) << form;
  }
}

TEST_F(Load, ManualTaskNeedsNoCheck) {
  write("demo/build.yaml",
        "schema: 1\ntask: build\ntitle: T\npoints: 1\nmanual: true\nquestions: [\"Why?\", \"How?\"]\n");
  const Lab lab = this->lab();
  ASSERT_EQ(lab.tasks.size(), 2U);
  EXPECT_TRUE(lab.tasks[0].manual);
  EXPECT_THAT(lab.tasks[0].questions, ElementsAre("Why?", "How?"));
}

TEST_F(Load, InformationalPointsAreNotCounted) {
  write("demo/build.yaml",
        "schema: 1\ntask: build\ntitle: T\npoints: 7\ninformational: true\njudge: [builds: ]\n");
  change("demo/lab.yaml", "points: 3", "points: 2");
  EXPECT_EQ(lab().tasks.size(), 2U);
}

TEST_F(Load, ByteOrderMarkAndCarriageReturnsAreTaken) {
  std::string text = "\xEF\xBB\xBF" + good_build;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  write("demo/build.yaml", text);
  EXPECT_EQ(lab().tasks.size(), 2U);
}

TEST_F(Load, AliasStandsForItsAnchor) {
  change("demo/counts.yaml", "with: {frames: 256, policy: lru, spare: [1, two]}",
         "with: {spare: &a [1, two], again: *a}");
  const Lab lab = this->lab();
  ASSERT_EQ(lab.tasks.size(), 2U);
  EXPECT_EQ(lab.tasks[1].collect["runs"][0]["with"]["again"], Json::parse(R"([1, "two"])"));
}

TEST_F(Load, CasesAreSortedAndOtherFoldersLeftOut) {
  write("another/lab.yaml", replace_all(good_lab, "lab: demo", "lab: another"));
  write("another/build.yaml", good_build);
  write("another/counts.yaml", good_counts);
  write("mutants/notes.txt", "no lab");
  const auto loaded = load_cases(root_->path(), made_up_vocabulary());
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->labs.size(), 2U);
  EXPECT_EQ(loaded->labs[0].name, "another");
  EXPECT_EQ(loaded->labs[1].name, "demo");
}

TEST_F(Load, MissingCasesAreAnError) {
  const auto loaded = load_cases(path("nowhere"), made_up_vocabulary());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace memgrade::casefile::test
