// From what a person types to a run: never to the wrong one.
#include <gmock/gmock.h>

#include <harness/grading/find_run.hpp>
#include <harness/tests/unit/grading/run_fixture.hpp>

namespace memgrade::grading {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class FindRun : public testing::RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    results_ = root_ / "out";
    fs::create_directories(root_ / "students/ada");
    ada_ = make_run(results_ / "ada", "", fs::canonical(root_ / "students/ada"), "110550001");
  }
  void expect(const std::string& word, const fs::path& run) {
    const auto found = find_run(word, results_);
    ASSERT_TRUE(found) << word << ": " << found.error().text();
    EXPECT_EQ(fs::canonical(*found), fs::canonical(run)) << word;
  }
  Error error(const std::string& word) {
    const auto found = find_run(word, results_);
    EXPECT_FALSE(found) << word;
    return found ? Error{} : found.error();
  }

  fs::path results_, ada_;
};

TEST_F(FindRun, ByItsDirectoryAStudentsANameOrAnId) {
  expect(ada_.string(), ada_);
  expect((root_ / "students/ada").string(), ada_);
  expect((root_ / "students/../students/ada/").string(), ada_);
  expect("ada", ada_);
  expect("110550001", ada_);
  expect("Ada Example", ada_);
}

TEST_F(FindRun, ARunElsewhereIsFoundByItsPathAlone) {
  const fs::path other = make_run(root_ / "elsewhere", "");
  expect(other.string(), other);
  EXPECT_EQ(error("elsewhere").kind, ErrorKind::nothing_found);
}

TEST_F(FindRun, AStudentWithoutARunIsNotTakenForAnotherOfThatName) {
  fs::create_directories(root_ / "others/ada");
  const Error found = error((root_ / "others/ada").string());
  EXPECT_EQ(found.kind, ErrorKind::nothing_found);
  EXPECT_THAT(found.message, HasSubstr("grade it first"));
}

TEST_F(FindRun, TwoThatFitAreRefusedAndListed) {
  make_run(results_ / "ada-1a2b3c4d", "", root_ / "others/ada", "110550002");
  const Error found = error("ada");
  EXPECT_EQ(found.kind, ErrorKind::usage);
  EXPECT_THAT(found.message,
              AllOf(HasSubstr("ada-1a2b3c4d"), HasSubstr("students/ada"), HasSubstr("others/ada")));
  expect("110550002", results_ / "ada-1a2b3c4d");
  expect("ada-1a2b3c4d", results_ / "ada-1a2b3c4d");
}

TEST_F(FindRun, ATypingMistakeGetsASuggestion) {
  EXPECT_THAT(error("aad").message, HasSubstr("did you mean 'ada'"));
  EXPECT_EQ(error("").kind, ErrorKind::usage);
}

TEST_F(FindRun, ARunThatIsStillBeingMadeIsNone) {
  make_run(results_ / ".bob.partial-1", "", "/students/bob", "bob");
  EXPECT_EQ(error("bob").kind, ErrorKind::nothing_found);
}

}  // namespace
}  // namespace memgrade::grading
