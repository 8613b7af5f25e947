#include <gtest/gtest.h>

#include <harness/base/files.hpp>
#include <harness/collect/starter_code.hpp>

namespace memgrade::collect {
namespace {

constexpr const char* kReference =
    "int a;\n// STUDENT BEGIN(answer)\n// TODO: answer.\n// STUB: return 0;\nreturn 42;\n// STUDENT END\n";
constexpr const char* kHandedOut =
    "int a;\n// STUDENT BEGIN(answer)\n// TODO: answer.\nreturn 0;\n// STUDENT END\n";

class StarterCode : public testing::Test {
 protected:
  StarterCode() {
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-starter-");
    EXPECT_TRUE(made.has_value());
    place_.emplace(std::move(*made));
    lab_.starter = {{"from", "reference"}, {"files", {"*.c", "*.h"}}};
    put("reference/a.c", kReference);
    put("reference/given.h", "int given;\n");
    put("reference/notes.txt", "ours\n");
  }

  void put(const fs::path& name, std::string_view text) {
    ASSERT_TRUE(make_directories((place_->path() / name).parent_path()));
    ASSERT_TRUE(write_file(place_->path() / name, text));
  }
  std::vector<StarterFile> handed_out() {
    auto files = starter_files(lab_, place_->path());
    EXPECT_TRUE(files.has_value());
    return files.value_or(std::vector<StarterFile>());
  }
  bool is_starter() { return is_starter_code(handed_out(), place_->path() / "student"); }

  std::optional<TempDir> place_;
  Lab lab_;
};

TEST_F(StarterCode, HoldsTheReferencesFilesWithoutTheirSolutions) {
  const auto files = starter_files(lab_, place_->path());
  ASSERT_TRUE(files.has_value());
  ASSERT_EQ(files->size(), 2U);
  EXPECT_EQ(files->front().text, kHandedOut);
  EXPECT_EQ(files->front().parts, std::vector<std::string>{"answer"});
}

TEST_F(StarterCode, IsKnownAgainUntilOneByteOfAPartsFileIsChanged) {
  EXPECT_FALSE(is_starter());  // there is nothing
  put("student/a.c", kHandedOut);
  EXPECT_TRUE(is_starter());
  put("student/given.h", "int changed;\n");  // holds no part to write
  put("student/more.c", "int more;\n");
  EXPECT_TRUE(is_starter());
  put("student/a.c", std::string(kHandedOut) + "\n");
  EXPECT_FALSE(is_starter());
}

TEST_F(StarterCode, FilesOfItAreKnownByNameAndBytes) {
  put("student/a.c", kHandedOut);
  put("student/own.c", kHandedOut);
  const auto are = [&](std::vector<fs::path> files) {
    return are_starter_files(handed_out(), place_->path() / "student", files);
  };
  EXPECT_TRUE(are({"a.c"}));
  EXPECT_FALSE(are({"a.c", "own.c"}));
  EXPECT_FALSE(are({"missing.c"}));
}

TEST_F(StarterCode, IsNothingInALabWithoutIt) {
  put("student/a.c", kHandedOut);
  lab_.starter = nullptr;
  EXPECT_FALSE(is_starter());
}

}  // namespace
}  // namespace memgrade::collect
