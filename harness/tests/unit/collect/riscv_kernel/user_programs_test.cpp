#include <gmock/gmock.h>
#include <harness/base/files.hpp>
#include <harness/collect/riscv_kernel/user_programs.hpp>

namespace memgrade::collect {
namespace {

using testing::HasSubstr;

class UserPrograms : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "programs");
    ASSERT_TRUE(made);
    directory_.emplace(std::move(*made));
    for (const char* file : {"tree/user/test1.c", "tree/user/test2.c", "ours/probe.c", "ours/probe.h"}) {
      ASSERT_TRUE(make_directories((directory_->path() / file).parent_path()));
      ASSERT_TRUE(write_file(directory_->path() / file, file));
    }
  }
  void replace(const Json& image) const {
    const auto done = replace_user_programs(directory_->path() / "tree", image, directory_->path());
    EXPECT_TRUE(done) << done.error().text();
  }
  [[nodiscard]] std::string text_of(const std::string& file) const {
    return read_file(directory_->path() / "tree/user" / file).value_or("(none)");
  }

  std::optional<TempDir> directory_;
};

TEST_F(UserPrograms, StayWhereNothingIsAsked) {
  replace(Json::object());
  EXPECT_EQ(text_of("test1.c"), "tree/user/test1.c");
  EXPECT_EQ(text_of("probe.h"), "(none)");
}

TEST_F(UserPrograms, AreLeftOut) {
  replace({{"leave_out", {"user/test2.c"}}});
  EXPECT_EQ(text_of("test1.c"), "tree/user/test1.c");
  EXPECT_THAT(text_of("test2.c"), HasSubstr("while (1)"));
}

TEST_F(UserPrograms, OursStandsInTheirPlaceWithItsHeaders) {
  replace({{"put_in", {{{"files", {"user/src/test1.c", "user/test1.c"}}, {"program", "ours/probe.c"}}}}});
  EXPECT_EQ(text_of("test1.c"), "ours/probe.c");
  EXPECT_EQ(text_of("probe.h"), "ours/probe.h");
  EXPECT_EQ(text_of("test2.c"), "tree/user/test2.c");
}

}  // namespace
}  // namespace memgrade::collect
