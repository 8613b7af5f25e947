// A run that was stored by an earlier version, with the case files of then: harness/tests/golden/run. It
// holds a differential search, call sequences, page-table probes and a guest's observation.
#include <gmock/gmock.h>

#include <harness/grading/grade.hpp>
#include <harness/tests/unit/grading/run_fixture.hpp>

namespace memgrade::grading {
namespace {

class StoredRun : public testing::RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    run_ = root_ / "run";
    fs::create_directories(run_);
    fs::copy(golden_ / "evidence", run_ / "evidence", fs::copy_options::recursive);
  }
  const fs::path golden_ = fs::path(MEMGRADE_SOURCE_DIR) / "harness/tests/golden/run";
  fs::path run_;
};

TEST_F(StoredRun, IsReadAndWrittenAgainByteForByte) {
  std::size_t read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(golden_ / "evidence")) {
    if (entry.path().filename() != "evidence.json") continue;
    const std::string before = get(entry.path());
    const auto evidence = evidence_from_json(Json::parse(before));
    ASSERT_TRUE(evidence) << entry.path() << ": " << evidence.error().text();
    EXPECT_EQ(dump_json(to_json(*evidence), -1) + "\n", before) << entry.path();
    ++read;
  }
  EXPECT_EQ(read, 7U);
}

// MEMGRADE_APPROVE=1 writes what is judged now there instead, and fails.
TEST_F(StoredRun, IsJudgedAsItWas) {
  const auto graded = rejudge(run_, golden_);
  ASSERT_TRUE(graded) << graded.error().text();
  const std::string now = get(run_ / "report.json");
  if (const char* approve = std::getenv("MEMGRADE_APPROVE"); approve != nullptr && *approve != '\0') {
    put(golden_ / "report.json", now);
    FAIL() << "approved, not tested: " << golden_;
  }
  EXPECT_EQ(get(golden_ / "report.json"), now) << "MEMGRADE_APPROVE=1 approves";
}

}  // namespace
}  // namespace memgrade::grading
